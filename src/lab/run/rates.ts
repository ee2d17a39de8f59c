import type { Exposition, Sample } from "../process/prometheus-text.ts";

export type Scrape = { timeMs: number; exposition: Exposition };
/** Comparable numbers of one scrape, by metric name. */
export type Rates = { timeMs: number; values: ReadonlyMap<string, number> };

/**
 * Converts one scrape to plain numbers. Gauges stay as they are. A counter `x_total` becomes `x_per_second` since the
 * previous scrape. A histogram `y` becomes `y_mean` and `y_p90` since then. Samples that differ only in labels are
 * added up. A counter that fell restarted with its process. Without a previous scrape only gauges count; a histogram
 * without new observations is left out.
 */
export function ratesBetween(before: Scrape | undefined, now: Scrape): Map<string, number> {
  const values = new Map<string, number>();
  const grouped = Map.groupBy(now.exposition.samples, ({ name }) => name);
  const totalsBefore = before && Map.groupBy(before.exposition.samples, ({ name }) => name);
  const seconds = before ? (now.timeMs - before.timeMs) / 1000 : 0;
  // a restart resets all counters: if one fell, all count from zero
  const restarted =
    seconds > 0 &&
    [...now.exposition.types].some(
      ([name, type]) => type === "counter" && total(grouped.get(name)) < total(totalsBefore?.get(name)),
    );
  const earlier = (name: string): readonly Sample[] | undefined => (restarted ? undefined : totalsBefore?.get(name));

  for (const [name, type] of now.exposition.types) {
    if (type === "gauge") values.set(name, total(grouped.get(name)));
    if (seconds <= 0) continue;
    if (type === "counter")
      values.set(
        `${name.replace(/_total$/, "")}_per_second`,
        (total(grouped.get(name)) - total(earlier(name))) / seconds,
      );
    if (type !== "histogram") continue;
    const count = total(grouped.get(`${name}_count`)) - total(earlier(`${name}_count`));
    if (count <= 0) continue;
    values.set(`${name}_mean`, (total(grouped.get(`${name}_sum`)) - total(earlier(`${name}_sum`))) / count);
    values.set(`${name}_p90`, bucketQuantile(bucketsOf(grouped.get(`${name}_bucket`), earlier(`${name}_bucket`)), 0.9));
  }
  return values;
}

/** A cumulative bucket: the number of observations up to `bound`. */
export type Bucket = { bound: number; count: number };

/**
 * Quantile by linear interpolation inside a bucket, like `histogram_quantile` of Prometheus. In the last, unbounded
 * bucket the result is the highest finite bound.
 * @param buckets ascending by bound, counts cumulative, the last one unbounded and above 0.
 */
export function bucketQuantile(buckets: readonly Bucket[], q: number): number {
  const rank = q * (buckets.at(-1)?.count ?? 0);
  let below: Bucket = { bound: 0, count: 0 };
  for (const bucket of buckets) {
    if (bucket.count >= rank) {
      if (bucket.bound === Infinity) return below.bound;
      return below.bound + ((bucket.bound - below.bound) * (rank - below.count)) / (bucket.count - below.count);
    }
    below = bucket;
  }
  return below.bound;
}

const boundOf = ({ labels }: Sample): number => Number((labels.le ?? "+Inf").replace("+Inf", "Infinity"));

function bucketsOf(now: readonly Sample[] = [], before: readonly Sample[] = []): Bucket[] {
  const counts = new Map<number, number>();
  for (const sample of now) counts.set(boundOf(sample), (counts.get(boundOf(sample)) ?? 0) + sample.value);
  for (const sample of before) counts.set(boundOf(sample), (counts.get(boundOf(sample)) ?? 0) - sample.value);
  return [...counts].map(([bound, count]) => ({ bound, count })).sort((a, b) => a.bound - b.bound);
}

const total = (samples: readonly Sample[] = []): number => samples.reduce((sum, { value }) => sum + value, 0);
