import { metricNameOf, placeKey } from "../domain/metric-name.ts";
import type { Series } from "../domain/telemetry.ts";
import type { Bounded } from "./bounds.ts";

/** A resource counts as full at this share of its limit, in [0, 1]. */
export const FULL = 0.95;
/** Share of throttled scheduler periods that hurts. @see kubernetes-mixin, CPUThrottlingHigh. */
const THROTTLED = 0.25;

/**
 * Use of one resource over time: `shares[i]` of its limit at `timesMs[i]`. `of`: the limit, in words. `full`: the
 * share that counts as full. `rawMetrics`: the recorded metrics of a use that was added up.
 */
export type ResourceUse = {
  series: Series;
  of: string;
  full: number;
  timesMs: number[];
  shares: number[];
  rawMetrics: readonly string[];
};

/** A limit belongs to the amount with the same labels, such as the mount point; one without labels belongs to all. */
export const placed = (subject: string, metric: string): string =>
  `${subject}\u0000${placeKey(metricNameOf(metric).labels)}`;

/** Divides each sample by the latest limit known at its time; samples before the first limit use the first. */
export function shareOfBound(series: Series, { role }: Pick<Bounded, "role">, bound: Series): ResourceUse {
  const use: ResourceUse = {
    series,
    of: bound.metric,
    full: role === "throttled" ? THROTTLED : FULL,
    timesMs: [],
    shares: [],
    rawMetrics: [],
  };
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
