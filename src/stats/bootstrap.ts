import { mean } from "./mean.ts";
import { quantileOf, sorted } from "./quantile.ts";
import { seededRandom } from "./seeded-random.ts";

/**
 * `difference`: mean of b minus mean of a. `low`, `high`: its 95 % interval. `better`: share of resamples in which b
 * is better.
 */
export type PairedDifference = {
  a: number;
  b: number;
  difference: number;
  low: number;
  high: number;
  better: number;
  n: number;
};

/**
 * Compares two measurements of the same cases. It resamples cases and keeps pairs together, so that variation common
 * to both does not widen the interval.
 *
 * @param pairs n ≥ 1. @param options.seed the same seed gives the same interval.
 * @throws {RangeError} if there are no pairs.
 * @see Efron & Tibshirani 1993, percentile interval.
 */
export function pairedBootstrap(
  pairs: readonly (readonly [a: number, b: number])[],
  { seed, resamples = 10_000 }: { seed: number; resamples?: number },
): PairedDifference {
  const n = pairs.length;
  const [a, b] = [mean(pairs.map(([first]) => first)), mean(pairs.map(([, second]) => second))];
  if (a === null || b === null) throw new RangeError("cannot compare: there are no pairs");
  const random = seededRandom(seed);
  const gains = pairs.map(([first, second]) => second - first);
  const means = sorted(
    Array.from({ length: resamples }, () => {
      let sum = 0;
      for (let draw = 0; draw < n; draw++) sum += gains[Math.floor(random() * n)] ?? 0;
      return sum / n;
    }),
  );
  const better = means.reduce((count, gain) => count + (gain > 1e-12 ? 1 : gain < -1e-12 ? 0 : 0.5), 0) / resamples;
  return { a, b, difference: b - a, low: quantileOf(means, 0.025), high: quantileOf(means, 0.975), better, n };
}
