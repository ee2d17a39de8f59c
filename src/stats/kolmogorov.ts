import { sorted } from "./quantile.ts";

/**
 * Kolmogorov–Smirnov test of "these values are uniform on [0, 1]". P values of a true null hypothesis are.
 *
 * @param values n ≥ 1, in [0, 1]. @returns the largest gap, and its p value.
 * @see Stephens, EDF statistics for goodness of fit, JASA 1974 (the correction for small n).
 */
export function uniformTest(values: readonly number[]): { gap: number; p: number } {
  const n = values.length;
  let gap = 0;
  for (const [at, value] of sorted(values).entries()) gap = Math.max(gap, value - at / n, (at + 1) / n - value);
  const scaled = gap * (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n));
  let p = 0;
  for (let k = 1; k <= 100; k++) p += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * scaled * scaled);
  return { gap, p: scaled < 0.2 ? 1 : Math.min(1, Math.max(0, p)) };
}
