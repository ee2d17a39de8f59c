import { median } from "./quantile.ts";

/** A straight line: `level` at x = 0, `slope` for each unit of x. */
export type Line = { level: number; slope: number };

/**
 * The median of the slopes of all pairs, and the line with that slope through the median of the rest. Up to 29 % of the
 * values may be wrong without moving it far.
 *
 * @param x n ≥ 2 values, not all equal. @param y as many, finite. Takes n² / 2 steps.
 * @throws {RangeError} if no two x differ.
 * @see Theil 1950; Sen 1968.
 */
export function theilSen(x: ArrayLike<number>, y: ArrayLike<number>): Line {
  const slopes: number[] = [];
  for (let b = 1; b < x.length; b++)
    for (let a = 0; a < b; a++) {
      const apart = (x[b] as number) - (x[a] as number);
      if (apart !== 0) slopes.push(((y[b] as number) - (y[a] as number)) / apart);
    }
  const slope = median(slopes);
  return { slope, level: median(Array.from(x, (at, index) => (y[index] as number) - slope * at)) };
}
