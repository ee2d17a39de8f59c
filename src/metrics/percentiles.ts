import { metricNameOf } from "../domain/metric-name.ts";
import type { Series } from "../domain/telemetry.ts";

/** One bucket of a histogram: observations per second up to `bound`, which may be infinite. */
export type BucketRates = { bound: number; rate: Series };

const QUANTILES = [0.5, 0.95, 0.99] as const;
/** A histogram with fewer buckets is too coarse for percentiles. */
const MIN_BUCKETS = 3;

/**
 * Percentiles of a histogram between each two samples, by linear interpolation in the bucket that holds the quantile.
 *
 * @param buckets cumulative rates of one label set, in any order. @returns p50, p95 and p99 as one series each; none
 *   for fewer than three buckets or without the infinite one. Steps in which nothing was observed are missing.
 * @see Prometheus, `histogram_quantile()`: a quantile beyond the last finite bound is that bound.
 */
export function percentilesOf(buckets: readonly BucketRates[]): Series[] {
  const ascending = buckets.toSorted((a, b) => a.bound - b.bound);
  const whole = ascending.at(-1);
  if (ascending.length < MIN_BUCKETS || whole?.bound !== Number.POSITIVE_INFINITY) return [];
  const steps = ascending.map(({ rate }) => new Map(rate.timesMs.map((timeMs, at) => [timeMs, rate.values[at] ?? 0])));
  const times = whole.rate.timesMs.filter(
    (timeMs, at) => (whole.rate.values[at] ?? 0) > 0 && steps.every((step) => step.has(timeMs)),
  );
  const bounds = ascending.map(({ bound }) => bound);
  return QUANTILES.map((quantile) => ({
    ...whole.rate,
    metric: percentileName(whole.rate.metric, quantile),
    timesMs: times,
    values: times.map((timeMs) =>
      quantileOfBuckets(
        bounds,
        steps.map((step) => step.get(timeMs) ?? 0),
        quantile,
      ),
    ),
  }));
}

/** @param bounds ascending, the last infinite. @param counts observations up to each bound. */
function quantileOfBuckets(bounds: readonly number[], counts: readonly number[], quantile: number): number {
  const rank = quantile * (counts.at(-1) ?? 0);
  const at = Math.min(
    counts.findIndex((count) => count >= rank),
    bounds.length - 1,
  );
  const [low, high] = [bounds[at - 1] ?? 0, bounds[at] ?? 0];
  if (high === Number.POSITIVE_INFINITY) return low;
  const [below, upTo] = [counts[at - 1] ?? 0, counts[at] ?? 0];
  return upTo > below ? low + ((high - low) * (rank - below)) / (upTo - below) : high;
}

/** `rpc_duration_ms_bucket{le="+Inf",method="Get"}` → `rpc_duration_ms p95{method="Get"}`. */
function percentileName(metric: string, quantile: number): string {
  const { base, labels } = metricNameOf(metric);
  const kept = [...labels].filter(([label]) => label !== "le").map(([label, value]) => `${label}="${value}"`);
  const name = base.replace(/[._]bucket$/i, "");
  return `${name} p${quantile * 100}${kept.length === 0 ? "" : `{${kept.join(",")}}`}`;
}
