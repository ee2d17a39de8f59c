import type { Finding } from "../domain/finding.ts";
import type { Side } from "../domain/periods.ts";
import { percent } from "../domain/phrasing.ts";
import type { Series } from "../domain/telemetry.ts";
import { isoTime } from "../domain/time.ts";
import { quantile } from "../stats/quantile.ts";
import { type Bounded, boundedBy } from "./bounds.ts";
import { metricNameOf, placeKey } from "../domain/metric-name.ts";
import { readSignal } from "../domain/signals.ts";
import { familyOf } from "./resource-family.ts";
import type { FindingSource } from "./source.ts";

/** A resource counts as full at this share of its limit, in [0, 1]. */
const FULL = 0.95;
/** Share of throttled scheduler periods that hurts. @see kubernetes-mixin, CPUThrottlingHigh. */
const THROTTLED = 0.25;
/** A value above this has no limit at 1: three busy cores are 300 %. */
const NO_BOUND = 1.2;
/** A higher value without a unit must be a percentage. */
const MAX_RATIO = 1.5;
/** Full in at least a quarter of the samples: this quantile is taken. */
const MOST = 0.75;
const MIN_SAMPLES = 3;
/** A full resource counts as much as a shift of this strength. */
const STRENGTH = 30;

/**
 * Use of one resource over time: `shares[i]` of its limit at `timesMs[i]`. `of`: the limit, in words. `full`: the
 * share that counts as full.
 */
type Use = { series: Series; of: string; full: number; timesMs: number[]; shares: number[] };

/** Reports each resource that reached its limit during the incident but was below it before. */
export function saturationFindings(
  own: readonly Series[],
  side: (timeMs: number) => Side,
  source: FindingSource,
): Finding[] {
  return [...Map.groupBy(own, ({ entity }) => entity).values()].flatMap((ofOne) =>
    usesOf(ofOne).flatMap((use) => saturationFinding(use, side, source) ?? []),
  );
}

/** Resource use of one entity. If a resource has several limits, the first counts. */
function usesOf(series: readonly Series[]): Use[] {
  const candidates = series.flatMap((one) => {
    const bounded = boundedBy(one.metric);
    return bounded ? [{ series: one, bounded }] : [];
  });
  const bounds = new Map<string, Series>();
  for (const { series: one, bounded } of candidates) {
    const key = placed(bounded.subject, one.metric);
    if (bounded.role === "bound" && !bounds.has(key)) bounds.set(key, one);
  }
  return candidates.flatMap(({ series: one, bounded }): Use[] => {
    if (bounded.role === "share" || bounded.role === "share left") return reportedShare(one, bounded);
    const bound = bounds.get(placed(bounded.subject, one.metric)) ?? bounds.get(placed(bounded.subject, ""));
    return bounded.role === "bound" || bound === undefined ? [] : [shareOfBound(one, bounded, bound)];
  });
}

/** A limit belongs to the amount with the same labels, such as the mount point; one without labels belongs to all. */
const placed = (subject: string, metric: string): string => `${subject}\u0000${placeKey(metricNameOf(metric).labels)}`;

function reportedShare(series: Series, { percent, role }: Bounded): Use[] {
  const highest = series.values.reduce((a, b) => Math.max(a, b), 0);
  const whole = percent || highest > MAX_RATIO ? 100 : 1;
  if (highest > NO_BOUND * whole) return [];
  return [
    {
      series,
      of: "its limit",
      full: FULL,
      timesMs: series.timesMs,
      shares: series.values.map((value) => (role === "share left" ? 1 - value / whole : value / whole)),
    },
  ];
}

/** Divides each sample by the latest limit known at its time; samples before the first limit use the first. */
function shareOfBound(series: Series, { role }: Bounded, bound: Series): Use {
  const use: Use = { series, of: bound.metric, full: role === "throttled" ? THROTTLED : FULL, timesMs: [], shares: [] };
  let at = 0;
  for (const [index, timeMs] of series.timesMs.entries()) {
    while ((bound.timesMs[at + 1] ?? Number.POSITIVE_INFINITY) <= timeMs) at += 1;
    const [value, limit] = [series.values[index], bound.values[at]];
    // a limit of zero means "unlimited"
    if (value === undefined || limit === undefined || limit <= 0) continue;
    use.timesMs.push(timeMs);
    use.shares.push(role === "free" ? 1 - value / limit : value / limit);
  }
  return use;
}

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
      query: `${query} entity=${entity} metric=${metric}`,
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

/** Index at which the longest run of full shares begins; −1 if there is none. */
function longestRun(shares: readonly number[], full: number): number {
  let [from, best, length] = [-1, -1, 0];
  for (const [at, share] of shares.entries()) {
    if (share < full) from = -1;
    else if (from < 0) from = at;
    if (from >= 0 && at - from + 1 > length) [best, length] = [from, at - from + 1];
  }
  return best;
}
