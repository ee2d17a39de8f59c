/** Buckets of an exponential histogram: `counts[i]` lies in (base^(offset + i), base^(offset + i + 1)]. */
export type ExponentialBuckets = { offset: number; counts: readonly number[] };
/** Cumulative counts: `counts[i]` values of at most `bounds[i]`, and last the count of all values. */
export type BoundCounts = { bounds: number[]; counts: number[] };

/** A bound is at most 2^(1/2) times the one below it. Finer buckets say no more about a percentile. */
const MAX_SCALE = 1;
const MAX_BUCKETS = 40;

/**
 * Converts an exponential histogram to bounds that are the same for all points, whatever their scale, so that its
 * counters can be compared over time.
 *
 * @param scale base = 2^(2^−scale). @param zeroCount values around zero. Negative values count as zero.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
 */
export function boundCountsOf(
  scale: number,
  zeroCount: number,
  positive: ExponentialBuckets,
  negative: ExponentialBuckets,
): BoundCounts {
  const below = zeroCount + negative.counts.reduce((sum, count) => sum + count, 0);
  const used = positive.counts.flatMap((count, at) => (count > 0 ? [{ index: positive.offset + at, count }] : []));
  const [lowest, highest] = [used[0]?.index ?? 0, used.at(-1)?.index ?? 0];
  let shift = Math.max(0, scale - MAX_SCALE);
  while ((highest >> shift) - (lowest >> shift) >= MAX_BUCKETS) shift += 1;
  const merged = new Map<number, number>();
  for (const { index, count } of used) {
    const at = index >> shift;
    merged.set(at, (merged.get(at) ?? 0) + count);
  }
  const occupied = [...merged.keys()].toSorted((a, b) => a - b);
  // the bound below each bucket keeps interpolation out of the empty part
  const indexes = [...new Set(occupied.flatMap((index) => [index - 1, index]))];
  const [bounds, counts]: [number[], number[]] = [[], []];
  let total = below;
  for (const index of indexes) {
    total += merged.get(index) ?? 0;
    bounds.push(Number((2 ** ((index + 1) * 2 ** (shift - scale))).toPrecision(12)));
    counts.push(total);
  }
  return { bounds, counts: [...counts, total] };
}
