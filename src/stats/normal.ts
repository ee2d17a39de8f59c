import { logChiSquaredTail } from "./chi-squared.ts";

/** Φ(x): probability that a standard normal value is at most x. Through P(χ²₁ ≥ x²), so that both tails are exact. */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const tail = Math.exp(logChiSquaredTail(x * x, 1)) / 2;
  return x > 0 ? 1 - tail : tail;
}

/** Coefficients of the rational approximations, from the paper. */
const A = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
] as const;
const B = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
] as const;
const C = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
] as const;
const D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1] as const;
/** Where the tails begin. */
const LOW = 0.02425;

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, c) => sum * x + c, 0);

function roughQuantile(p: number): number {
  if (p < LOW) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(C, q) / polynomial(D, q);
  }
  const q = p - 0.5;
  return (polynomial(A, q * q) * q) / polynomial(B, q * q);
}

/**
 * Φ⁻¹(p): the value that a standard normal one stays below with probability p. −∞ for 0, ∞ for 1.
 *
 * @throws {RangeError} if p is not in [0, 1].
 * @see Peter Acklam, An algorithm for computing the inverse normal cumulative distribution function, 2003; with one step
 *   of Halley's method, which leaves an error near that of the machine.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability lies between 0 and 1, not at ${p}`);
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  const x = roughQuantile(p);
  const error = normalCdf(x) - p;
  const step = error * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
  return x - step / (1 + (x * step) / 2);
}
