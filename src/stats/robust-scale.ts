import { quantileOf, sorted } from "./quantile.ts";

/** IQR ÷ (q95 − q05) of normal data: scales the tails of values with spikes to a comparable spread. */
const TAILS_TO_IQR = 1.349 / 3.29;

/**
 * `level`: the median. `spread`: the interquartile range, or the tails where they are wider. In the unit of the values.
 */
export type RobustRange = { level: number; spread: number };

/**
 * The usual level of values and their usual distance from it. A single outlier moves neither.
 *
 * @throws {RangeError} if there are no values.
 */
export function robustRange(values: Iterable<number>): RobustRange {
  const ascending = sorted(values);
  const iqr = quantileOf(ascending, 0.75) - quantileOf(ascending, 0.25);
  const tails = (quantileOf(ascending, 0.95) - quantileOf(ascending, 0.05)) * TAILS_TO_IQR;
  return { level: quantileOf(ascending, 0.5), spread: Math.max(iqr, tails) };
}
