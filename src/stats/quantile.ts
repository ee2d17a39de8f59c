/** Ascending copy. A typed array sorts numerically, and faster than with a comparator. */
export const sorted = (values: Iterable<number>): Float64Array => Float64Array.from(values).sort();

/**
 * Quantile by linear interpolation between order statistics (type 7 of Hyndman & Fan 1996).
 *
 * @param ascending n ≥ 1 finite values, ascending. @param q in [0, 1].
 * @throws {RangeError} if there are no values.
 */
export function quantileOf(ascending: ArrayLike<number>, q: number): number {
  if (ascending.length === 0) throw new RangeError("cannot take a quantile: there are no values");
  const at = (ascending.length - 1) * q;
  const low = Math.floor(at);
  const below = ascending[low] as number;
  const above = ascending[Math.min(low + 1, ascending.length - 1)] as number;
  return below + (above - below) * (at - low);
}

/** @throws {RangeError} if there are no values. */
export const quantile = (values: Iterable<number>, q: number): number => quantileOf(sorted(values), q);
/** @throws {RangeError} if there are no values. */
export const median = (values: Iterable<number>): number => quantile(values, 0.5);
