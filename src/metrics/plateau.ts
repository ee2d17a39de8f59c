import type { Finding } from "../domain/finding.ts";
import type { Side } from "../domain/periods.ts";
import { rounded } from "../domain/phrasing.ts";
import { readSignal, signalWords } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";
import { isoTime, utcClock } from "../domain/time.ts";
import { quantile } from "../stats/quantile.ts";
import { boundedBy } from "./bounds.ts";
import { familyOf } from "./resource-family.ts";
import type { FindingSource } from "./source.ts";

/** Values within this share of the highest one are at the ceiling. */
const FLAT = 0.01;
const MIN_FLAT_SAMPLES = 4;
/** The ceiling is at least this far above all earlier values, as a share of it; less far if it looks like a setting. */
const MIN_CLIMB = 0.15;
const MIN_CLIMB_TO_ROUND = 0.03;
/**
 * The series varied at least this many times as much before as at the ceiling: a series that is always flat shows
 * nothing.
 */
const MIN_LIVELY = 3;
/** A lower ceiling may be chance: two busy workers of three. */
const MIN_CEILING = 5;
/** Strength of a finding: half that of a known limit. */
const STRENGTH = 15;
const CAN_RUN_OUT: ReadonlySet<string> = new Set(["pool", "threads"]);

/**
 * Reports each pool of connections or threads that climbs to a ceiling, stays there and never crosses it, while
 * requests to its entity slow down or wait: the pool is exhausted, although its limit is not recorded.
 *
 * @param strained entities whose latency or waiting work rose.
 */
export function plateauFindings(
  own: readonly Series[],
  side: (timeMs: number) => Side,
  source: FindingSource,
  strained: ReadonlySet<string>,
): Finding[] {
  return own.flatMap((series) =>
    strained.has(series.entity) && canRunOut(series.metric) ? (plateauFinding(series, side, source) ?? []) : [],
  );
}

/** True for an amount in use: not a limit, a remainder or a queue. */
function canRunOut(metric: string): boolean {
  const { family, hurts, unit, ofCalls } = readSignal(metric);
  if (!CAN_RUN_OUT.has(family) || hurts === "down" || unit !== null || ofCalls) return false;
  const bounded = boundedBy(metric);
  return (bounded === null || bounded.role === "used") && !signalWords(metric).some((word) => WAITING.has(word));
}

/** Words for waiting work, which does not use the pool, and for rates of sessions that fail, open or close. */
const WAITING = new Set("waiters waiting pending timeout timeouts wait queue queued created closed errors".split(" "));

/**
 * True for a number that people and programs choose as a limit: 20, 150, 4096. Of three digits or more, also one more
 * (MySQL: 151) and three fewer (PostgreSQL keeps three of 100 for administrators).
 */
export function isRound(value: number): boolean {
  const near = value < 97 ? [value] : [value, value - 1, value + 3];
  return near.some((whole) => {
    if (whole < 10 || !Number.isInteger(whole)) return false;
    const unit = 10 ** Math.floor(Math.log10(whole));
    return whole % (unit / 2) === 0 || (whole >= 16 && Number.isInteger(Math.log2(whole)));
  });
}

function plateauFinding(
  { entity, entityKind, metric, timesMs, values }: Series,
  side: (timeMs: number) => Side,
  { connector, query, incident }: FindingSource,
): Finding | null {
  const on = (wanted: Side): number[] => values.flatMap((_, at) => (side(timesMs[at] ?? 0) === wanted ? [at] : []));
  const [before, during] = [on("before").map((at) => values[at] ?? 0), on("during")];
  const ceiling = during.reduce((most, at) => Math.max(most, values[at] ?? 0), 0);
  if (before.length < MIN_FLAT_SAMPLES || ceiling < MIN_CEILING) return null;
  const highest = before.reduce((a, b) => Math.max(a, b));
  const spread = quantile(before, 0.9) - quantile(before, 0.1);
  const climb = isRound(ceiling) ? MIN_CLIMB_TO_ROUND : MIN_CLIMB;
  if (highest > (1 - climb) * ceiling || spread < MIN_LIVELY * FLAT * ceiling) return null;
  const first = during.findIndex((at) => (values[at] ?? 0) >= (1 - FLAT) * ceiling);
  const after = during.slice(first);
  if (after.length < MIN_FLAT_SAMPLES || after.some((at) => (values[at] ?? 0) < (1 - FLAT) * ceiling)) return null;
  const onsetMs = timesMs[after[0] ?? 0] ?? 0;
  return {
    signal: "metric",
    kind: "metric.saturation",
    entity: { id: entity, kind: entityKind },
    strength: STRENGTH,
    onsetMs,
    peer: null,
    summary: `${entity}: ${metric} climbed to ${rounded(ceiling)} and has stayed there since ${utcClock(onsetMs)}, as if at a limit`,
    evidence: {
      connector,
      query: `${query} entity=${entity} metric=${metric}`,
      window: incident.window,
      facts: {
        metric,
        family: familyOf(metric),
        direction: "up",
        before: rounded(highest),
        after: rounded(ceiling),
        supposed_limit: rounded(ceiling),
        of_node: "no",
        of_calls: "no",
        samples_before: before.length,
        samples_during: during.length,
        onset: isoTime(onsetMs),
      },
    },
  };
}
