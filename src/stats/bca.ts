import { mean } from "./mean.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { quantileOf, sorted } from "./quantile.ts";
import { seededRandom } from "./seeded-random.ts";
import { shuffled } from "./shuffle.ts";

/**
 * A bootstrap distribution that knows its bias and its skew. `draws`: ascending. `bias`: z₀, of the median against the
 * estimate. `acceleration`: how fast the standard error changes with the value.
 */
export type BcaDistribution = { estimate: number; draws: Float64Array; bias: number; acceleration: number };

/** `low`, `high`: limits of an interval. */
export type Limits = { low: number; high: number };

export type ResampleOptions = { seed: number; resamples?: number };
const RESAMPLES = 4000;

/**
 * Share of draws below a value, where an equal draw counts half. Never 0 or 1, so that its normal quantile is finite.
 */
function shareBelow(draws: Float64Array, value: number): number {
  const tolerance = 1e-12 * Math.max(1, Math.abs(value));
  let below = 0;
  for (const draw of draws) below += draw < value - tolerance ? 1 : draw <= value + tolerance ? 0.5 : 0;
  return Math.min(1 - 0.5 / draws.length, Math.max(0.5 / draws.length, below / draws.length));
}

/** A third of the usual skewness over √n: what the jackknife gives for a mean. 0 for a constant sample. */
function accelerationOf(leftOut: readonly number[]): number {
  const centre = mean(leftOut) ?? 0;
  let [squares, cubes] = [0, 0];
  for (const value of leftOut) {
    const gap = centre - value;
    squares += gap ** 2;
    cubes += gap ** 3;
  }
  return squares < 1e-300 ? 0 : cubes / (6 * squares ** 1.5);
}

/**
 * Resamples values for the mean. Pairs are resampled as their differences.
 *
 * @param values n ≥ 1. @param options.seed the same seed gives the same result.
 * @throws {RangeError} if there are no values.
 * @see Efron, Better bootstrap confidence intervals, JASA 1987.
 */
export function bcaOfMean(
  values: readonly number[],
  { seed, resamples = RESAMPLES }: ResampleOptions,
): BcaDistribution {
  const estimate = mean(values);
  if (estimate === null) throw new RangeError("cannot resample: there are no values");
  const n = values.length;
  const data = Float64Array.from(values);
  const random = seededRandom(seed);
  const draws = new Float64Array(resamples);
  for (let at = 0; at < resamples; at++) {
    let sum = 0;
    for (let draw = 0; draw < n; draw++) sum += data[Math.floor(random() * n)] as number;
    draws[at] = sum / n;
  }
  draws.sort();
  const leftOut = n < 2 ? [estimate] : values.map((value) => (estimate * n - value) / (n - 1));
  return { estimate, draws, bias: normalQuantile(shareBelow(draws, estimate)), acceleration: accelerationOf(leftOut) };
}

/** What leaving out each value does to the difference of two means, weighted by the size of its sample. */
const influence = (values: readonly number[], centre: number, sign: number): number[] =>
  values.map((value) => (-sign * (value - centre)) / Math.max(1, values.length));

/**
 * Resamples two independent samples for the difference of their means, b − a.
 *
 * @throws {RangeError} if one of them is empty.
 * @see Efron & Tibshirani, An Introduction to the Bootstrap, 1993, §14.3 and exercise 14.6 (two samples).
 */
export function bcaOfTwoMeans(
  a: readonly number[],
  b: readonly number[],
  { seed, resamples = RESAMPLES }: ResampleOptions,
): BcaDistribution {
  const [ofA, ofB] = [bcaOfMean(a, { seed, resamples }), bcaOfMean(b, { seed: seed + 1, resamples })];
  // both are sorted: a new order makes the pairs independent again
  const order = shuffled(Array.from(ofA.draws), seededRandom(seed + 2));
  const draws = sorted(ofB.draws.map((draw, at) => draw - (order[at] as number)));
  const estimate = ofB.estimate - ofA.estimate;
  const acceleration = accelerationOf([...influence(a, ofA.estimate, -1), ...influence(b, ofB.estimate, 1)]);
  return { estimate, draws, bias: normalQuantile(shareBelow(draws, estimate)), acceleration };
}

/**
 * Resamples items for any statistic of them, such as an agreement of two raters.
 *
 * @param statistic null where a resample does not define it; such resamples count as the estimate.
 * @throws {RangeError} if the statistic is not defined on the items themselves.
 */
export function bcaOfStatistic<T>(
  items: readonly T[],
  statistic: (items: readonly T[]) => number | null,
  { seed, resamples = RESAMPLES }: ResampleOptions,
): BcaDistribution {
  const estimate = statistic(items);
  if (estimate === null) throw new RangeError("cannot resample: the statistic is not defined on these items");
  const random = seededRandom(seed);
  const drawn = (): T[] => items.map(() => items[Math.floor(random() * items.length)] as T);
  const draws = sorted(Array.from({ length: resamples }, () => statistic(drawn()) ?? estimate));
  const leftOut = items.map((_, at) => statistic(items.toSpliced(at, 1)) ?? estimate);
  return { estimate, draws, bias: normalQuantile(shareBelow(draws, estimate)), acceleration: accelerationOf(leftOut) };
}

/** The interval at a level, such as .95: quantiles of the draws, moved by bias and acceleration. */
export function bcaInterval({ draws, bias, acceleration }: BcaDistribution, level = 0.95): Limits {
  const at = (p: number): number => {
    const z = bias + normalQuantile(p);
    return quantileOf(draws, normalCdf(bias + z / (1 - acceleration * z)));
  };
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

/**
 * One-sided p value of "the true value is at most `bound`": the level at which the lower limit reaches the bound. It
 * agrees with the interval.
 *
 * @returns in (0, 1), no smaller than half a draw allows.
 */
export function bcaTail({ draws, bias, acceleration }: BcaDistribution, bound: number): number {
  const w = normalQuantile(shareBelow(draws, bound)) - bias;
  return normalCdf(w / (1 + acceleration * w) - bias);
}
