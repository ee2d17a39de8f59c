import type { Finding } from "../domain/finding.ts";
import { FAR_BACK_MS, givenBaseline, incidentEndMs } from "../domain/periods.ts";
import { rounded } from "../domain/phrasing.ts";
import { readSignal, sliOf, userSliOf } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";
import { utcClock } from "../domain/time.ts";
import { quantile } from "../stats/quantile.ts";
import { robustRange } from "../stats/robust-scale.ts";
import { measuresOf } from "./measures.ts";
import type { FindingSource } from "./source.ts";
import { targetMatcher } from "./target-metric.ts";

/** The time is divided into so many blocks, or fewer with at least `MIN_SAMPLES` samples each. */
const BLOCKS = 8;
const MIN_BLOCKS = 3;
const MIN_SAMPLES = 5;
/** Blocks of a steady series differ by less than this many usual spreads within one block. */
const MIN_SPREADS = 3;
/** A smaller change of the level, as a share of it, is none. */
const MIN_CHANGE = 0.5;
/** From this share of failing requests on, a service is not well, even if it never was better. */
const FAILING_SHARE = 0.05;
const RELATIVE_FLOOR = 0.01;
/** Names of metrics that give a share of requests, from 0 to 1. */
const SHARE = /(?<![a-z])(rate|ratio|share|fraction)(?![a-z])/i;

type Block = { fromMs: number; level: number; spread: number };

/**
 * Finds latency and errors that were not steady in the incident's own recording, over the two hours before the alarm
 * and to the end of the incident, or that were bad all along. What precedes the alarm is then no quiet time: a leak
 * grew slowly, a fault had begun before the first record, or had passed before the alarm.
 *
 * @returns findings with the strength of the difference between the best and the worst block of time, strongest first;
 *   none if the quiet time lies apart from the incident.
 */
export function unsteadyFindings(own: readonly Series[], { incident, connector, query }: FindingSource): Finding[] {
  if (incident.baseline.shared !== null || givenBaseline(incident) !== null) return [];
  const fromMs = (incident.alarmAtMs ?? 0) - FAR_BACK_MS;
  const endMs = incidentEndMs(incident);
  const isTarget = targetMatcher(incident.target, new Set(own.map(({ metric }) => metric)));
  const found = measuresOf(own).flatMap(({ series, perSecond }): Finding[] => {
    const { hurts, family, ofCalls } = readSignal(series.metric);
    const isOfRequests = userSliOf(family) !== null && sliOf(series.metric) !== null && family !== "instance";
    if (!isOfRequests || hurts === "both" || ofCalls || (perSecond && family === "latency")) return [];
    const blocks = blocksOf(series, fromMs, endMs);
    const [best, worst] = extremesOf(blocks, hurts);
    if (best === undefined || worst === undefined) return [];
    const strength = differenceOf(best, worst, blocks);
    const failing = perSecond ? null : failingShare(series.metric, family, best.level);
    if (strength === null && failing === null) return [];
    const summary =
      strength === null && failing !== null
        ? `${series.entity}: ${series.metric} is ${rounded(best.level)} at best, so ${Math.round(failing * 100)} % of the ` +
          "requests fail since the first record: the fault may be older"
        : `${series.entity}: ${series.metric} is not steady, ${rounded(best.level)} around ${utcClock(best.fromMs)}, ` +
          `${rounded(worst.level)} around ${utcClock(worst.fromMs)}`;
    const facts = {
      metric: series.metric,
      family,
      ...(isTarget(series.metric) ? { alarm_match: "by kind" } : {}),
    };
    return [
      {
        signal: "metric",
        kind: "metric.shift",
        entity: { id: series.entity, kind: series.entityKind },
        strength: strength ?? MIN_SPREADS,
        onsetMs: null,
        peer: null,
        summary,
        evidence: { connector, query, window: incident.window, facts },
      },
    ];
  });
  return found.toSorted((a, b) => b.strength - a.strength);
}

function blocksOf({ timesMs, values }: Series, fromMs: number, endMs: number): Block[] {
  const kept = timesMs.flatMap((timeMs, at) =>
    timeMs >= fromMs && timeMs <= endMs ? [{ timeMs, value: values[at] ?? 0 }] : [],
  );
  const count = Math.min(BLOCKS, Math.floor(kept.length / MIN_SAMPLES));
  if (count < MIN_BLOCKS) return [];
  return Array.from({ length: count }, (_, block) => {
    const [from, to] = [block, block + 1].map((edge) => Math.floor((edge * kept.length) / count));
    const inBlock = kept.slice(from, to);
    return { fromMs: inBlock[0]?.timeMs ?? fromMs, ...robustRange(inBlock.map(({ value }) => value)) };
  });
}

/** The best and the worst block, in the direction that hurts. */
function extremesOf(blocks: readonly Block[], hurts: "up" | "down"): [Block | undefined, Block | undefined] {
  const ascending = blocks.toSorted((a, b) => a.level - b.level);
  return hurts === "up" ? [ascending[0], ascending.at(-1)] : [ascending.at(-1), ascending[0]];
}

/** The difference in usual spreads within a block; null if it is small. */
function differenceOf(best: Block, worst: Block, blocks: readonly Block[]): number | null {
  const usual = quantile(
    blocks.map(({ spread }) => spread),
    0.5,
  );
  const gap = Math.abs(worst.level - best.level);
  const strength = gap / (usual + RELATIVE_FLOOR * Math.abs(best.level) + 1e-9);
  const least = Math.min(Math.abs(best.level), Math.abs(worst.level));
  return strength >= MIN_SPREADS && gap >= MIN_CHANGE * least ? Math.min(strength, 1e4) : null;
}

/** The share of requests that fail even at best; null if it is small, or the metric gives no share. */
function failingShare(metric: string, family: string, best: number): number | null {
  const isShare = family === "availability" || (family === "error" && SHARE.test(metric));
  if (!isShare) return null;
  const share = family === "error" ? best : best > 1 ? (100 - best) / 100 : 1 - best;
  return share >= FAILING_SHARE && share <= 1 ? share : null;
}
