/**
 * G² (one degree of freedom) that chance exceeds once in a million times: χ² at p = 10⁻⁶, rounded up. Hundreds of
 * comparisons need a threshold this rare.
 */
export const ONE_IN_A_MILLION = 24;

const term = (seen: number, expected: number): number => (seen === 0 ? 0 : 2 * seen * Math.log(seen / expected));

/**
 * G² (log-likelihood ratio, one degree of freedom) of two counts against one shared rate.
 *
 * @param k0 @param k1 counts ≥ 0. @param n0 @param n1 their exposures > 0 (time, lines, sessions: any one unit).
 * @returns ≥ 0; 0 where both counts are 0.
 * @see Dunning, Accurate Methods for the Statistics of Surprise and Coincidence, 1993.
 */
export function g2OfCounts(k0: number, n0: number, k1: number, n1: number): number {
  const rate = (k0 + k1) / (n0 + n1);
  return Math.max(0, term(k0, n0 * rate) + term(k1, n1 * rate));
}

/**
 * G² of two histograms over the same cells: tests whether they come from one distribution.
 *
 * @param before @param after same length; counts ≥ 0. @returns `df`: cells that are not empty in both, minus one; 0
 *    when either is empty.
 */
export function g2OfHistograms(before: readonly number[], after: readonly number[]): { g2: number; df: number } {
  const n0 = before.reduce((sum, k) => sum + k, 0);
  const n1 = after.reduce((sum, k) => sum + k, 0);
  if (n0 === 0 || n1 === 0) return { g2: 0, df: 0 };
  let g2 = 0;
  let cells = 0;
  for (const [i, k0] of before.entries()) {
    const k1 = after[i] ?? 0;
    const both = k0 + k1;
    if (both === 0) continue;
    cells += 1;
    g2 += term(k0, (both * n0) / (n0 + n1)) + term(k1, (both * n1) / (n0 + n1));
  }
  return { g2: Math.max(0, g2), df: Math.max(0, cells - 1) };
}
