import type { Finding } from "../domain/finding.ts";
import type { Side } from "../domain/periods.ts";
import { percent } from "../domain/phrasing.ts";
import type { Series } from "../domain/telemetry.ts";
import { isoTime } from "../domain/time.ts";
import { quantile } from "../stats/quantile.ts";
import { type Bounded, boundedBy } from "./bounds.ts";
import { readSignal, signalWords } from "../domain/signals.ts";
import type { FindingSource } from "./source.ts";

/** At its bound, for all that it is used for: a share in [0, 1]. */
const FULL = 0.95;
/** So many of its periods throttled hurt. @see kubernetes-mixin, CPUThrottlingHigh. */
const THROTTLED = 0.25;
/** Above this a share has no bound at 1: three busy cores are 300 %. */
const NO_BOUND = 1.2;
/** A ratio is never so large; what is told without a unit, and is, is told in percent. */
const MAX_RATIO = 1.5;
/** At its bound in at least a quarter of the samples. */
const MOST = 0.75;
const MIN_SAMPLES = 3;
/** A resource at its bound is as odd as a shift this strong. */
const STRENGTH = 30;

/** Of one resource over time: `shares[i]` of its bound in use at `timesMs[i]`. `of`: what it is a share of, in words. */
type Use = { series: Series; of: string; full: number; timesMs: number[]; shares: number[] };

/** One finding for each bounded resource that came to its bound during the incident and was not there before. */
export function saturationFindings(
  own: readonly Series[],
  side: (timeMs: number) => Side,
  source: FindingSource,
): Finding[] {
  return [...Map.groupBy(own, ({ entity }) => entity).values()].flatMap((ofOne) =>
    usesOf(ofOne).flatMap((use) => saturationFinding(use, side, source) ?? []),
  );
}

/** What one entity tells of its bounded resources; of several bounds of one resource the first counts. */
function usesOf(series: readonly Series[]): Use[] {
  const told = series.flatMap((one) => {
    const bounded = boundedBy(one.metric);
    return bounded ? [{ series: one, bounded }] : [];
  });
  const bounds = new Map<string, Series>();
  for (const { series: one, bounded } of told)
    if (bounded.role === "bound" && !bounds.has(bounded.subject)) bounds.set(bounded.subject, one);
  return told.flatMap(({ series: one, bounded }): Use[] => {
    if (bounded.role === "share") return shareTold(one, bounded);
    const bound = bounds.get(bounded.subject);
    return bounded.role === "bound" || bound === undefined ? [] : [shareOfBound(one, bounded, bound)];
  });
}

function shareTold(series: Series, { percent }: Bounded): Use[] {
  const highest = series.values.reduce((a, b) => Math.max(a, b), 0);
  const whole = percent || highest > MAX_RATIO ? 100 : 1;
  if (highest > NO_BOUND * whole) return [];
  return [
    {
      series,
      of: "what there is",
      full: FULL,
      timesMs: series.timesMs,
      shares: series.values.map((value) => value / whole),
    },
  ];
}

/** A bound may change as well: each sample is compared with the latest bound told by then, the first ones with the first. */
function shareOfBound(series: Series, { role }: Bounded, bound: Series): Use {
  const use: Use = { series, of: bound.metric, full: role === "throttled" ? THROTTLED : FULL, timesMs: [], shares: [] };
  let at = 0;
  for (const [index, timeMs] of series.timesMs.entries()) {
    while ((bound.timesMs[at + 1] ?? Number.POSITIVE_INFINITY) <= timeMs) at += 1;
    const [value, limit] = [series.values[index], bound.values[at]];
    // a limit of nought means that there is none
    if (value === undefined || limit === undefined || limit <= 0) continue;
    use.timesMs.push(timeMs);
    use.shares.push(role === "free" ? 1 - value / limit : value / limit);
  }
  return use;
}

/** A disk that is full ails of something else than one that is busy. */
const SPACE = new Set(["filesystem", "fs", "volume", "space", "inode", "inodes"]);
const familyOf = (metric: string): string => {
  const { family } = readSignal(metric);
  return family === "disk" && signalWords(metric).some((word) => SPACE.has(word)) ? "disk space" : family;
};

function saturationFinding(
  { series: { entity, entityKind, metric }, of, full, timesMs, shares }: Use,
  side: (timeMs: number) => Side,
  { connector, query, incident }: FindingSource,
): Finding | null {
  const on = (wanted: Side): number[] => shares.filter((_, at) => side(timesMs[at] ?? 0) === wanted);
  const [before, during] = [on("before"), on("during")];
  if (during.length < MIN_SAMPLES) return null;
  const [was, is] = [before.length > 0 ? quantile(before, MOST) : null, quantile(during, MOST)];
  if (is < full || (was !== null && was >= full)) return null;
  const onsetMs = timesMs[longestRun(shares, full)] ?? null;
  const { ofNode, ofCalls } = readSignal(metric);
  const asked = `${query} entity=${entity} metric=${metric}`;
  return {
    signal: "metric",
    kind: "metric.saturation",
    entity: { id: entity, kind: entityKind },
    strength: (STRENGTH * is) / full,
    onsetMs,
    peer: null,
    summary: `${entity}: ${metric} reached ${percent(is)} % of ${of}${was === null ? "" : `, from ${percent(was)} %`}`,
    evidence: {
      connector,
      query: asked,
      window: incident.window,
      facts: {
        metric,
        bound: of,
        family: familyOf(metric),
        direction: "up",
        before: was === null ? null : percent(was),
        after: percent(is),
        of_node: ofNode ? "yes" : "no",
        of_calls: ofCalls ? "yes" : "no",
        samples_before: before.length,
        samples_during: during.length,
        ...(onsetMs === null ? {} : { onset: isoTime(onsetMs) }),
      },
    },
  };
}

/** Index at which the longest run of shares at the bound begins; −1 for none. */
function longestRun(shares: readonly number[], full: number): number {
  let [from, best, length] = [-1, -1, 0];
  for (const [at, share] of shares.entries()) {
    if (share < full) from = -1;
    else if (from < 0) from = at;
    if (from >= 0 && at - from + 1 > length) [best, length] = [from, at - from + 1];
  }
  return best;
}
