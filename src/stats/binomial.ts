import { logGamma } from "./chi-squared.ts";

/** ln of "n choose k", for 0 ≤ k ≤ n. */
export const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** P(X = k) for X ~ Binomial(n, p). */
export function binomialAt(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  if (p <= 0 || p >= 1) return k === (p <= 0 ? 0 : n) ? 1 : 0;
  return Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** P(X ≤ k) for X ~ Binomial(n, p). */
export function binomialUpTo(k: number, n: number, p: number): number {
  let sum = 0;
  for (let at = 0; at <= Math.min(k, n); at++) sum += binomialAt(at, n, p);
  return Math.min(1, sum);
}

/**
 * Fisher's exact test of two counts: how likely it is, if both rates are equal, that the second sample has at least
 * `recent.hits`.
 *
 * @returns one-sided p in (0, 1].
 * @see Fisher, Statistical Methods for Research Workers, 5th ed. 1934.
 */
export function fisherTail(before: { hits: number; n: number }, recent: { hits: number; n: number }): number {
  const [hits, n] = [before.hits + recent.hits, before.n + recent.n];
  let sum = 0;
  for (let k = recent.hits; k <= Math.min(hits, recent.n); k++)
    if (hits - k <= before.n)
      sum += Math.exp(logChoose(recent.n, k) + logChoose(before.n, hits - k) - logChoose(n, hits));
  return Math.min(1, sum);
}
