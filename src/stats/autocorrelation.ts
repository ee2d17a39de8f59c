/**
 * Correlation of a series with itself `lag` steps later.
 *
 * @param values n values on an even grid; NaN where nothing was measured. @param lag in steps, ≥ 1.
 * @returns Pearson's correlation of the pairs, in [−1, 1]; 0 for fewer than three pairs, or where one side is
 *    constant.
 */
export function autocorrelation(values: ArrayLike<number>, lag: number): number {
  let [n, sumA, sumB] = [0, 0, 0];
  for (let at = lag; at < values.length; at++) {
    const [a, b] = [values[at - lag] as number, values[at] as number];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    n += 1;
    sumA += a;
    sumB += b;
  }
  if (n < 3) return 0;
  let [varianceA, varianceB, covariance] = [0, 0, 0];
  for (let at = lag; at < values.length; at++) {
    const [a, b] = [(values[at - lag] as number) - sumA / n, (values[at] as number) - sumB / n];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    varianceA += a * a;
    varianceB += b * b;
    covariance += a * b;
  }
  const scale = Math.sqrt(varianceA * varianceB);
  return scale > 0 ? covariance / scale : 0;
}
