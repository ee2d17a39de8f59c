/** Lanczos coefficients, g = 7, n = 9. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** ln Γ(x) for x > 0, to about 14 digits. */
export function logGamma(x: number): number {
  const y = x - 1;
  const sum = LANCZOS.reduce((total, c, i) => (i === 0 ? c : total + c / (y + i)), 0);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

const MAX_STEPS = 500;
const ENOUGH = 1e-12;

/**
 * ln P(X ≥ x) for X ~ χ² with `df` degrees of freedom. It returns a logarithm because the p-values needed here
 * underflow.
 *
 * @param x ≥ 0. @param df > 0. @returns ≤ 0; 0 for x = 0.
 * @see Press et al., Numerical Recipes, 3rd ed., §6.2 (incomplete gamma by series and by continued fraction).
 */
export function logChiSquaredTail(x: number, df: number): number {
  if (!(x > 0)) return 0;
  const a = df / 2;
  const z = x / 2;
  const front = a * Math.log(z) - z - logGamma(a);
  if (z < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < MAX_STEPS && term > sum * ENOUGH; n += 1) sum += term *= z / (a + n);
    return Math.log1p(-Math.min(1 - Number.EPSILON, sum * Math.exp(front)));
  }
  let b = z + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MAX_STEPS; n += 1) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < ENOUGH) break;
  }
  return Math.min(0, front + Math.log(fraction));
}
