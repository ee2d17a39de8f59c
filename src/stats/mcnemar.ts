import { logGamma } from "./chi-squared.ts";
import type { PairCounts } from "./tango.ts";

/**
 * The exact two-sided McNemar test of paired outcomes: how likely a split at least this uneven is, if both sides are
 * equally good.
 *
 * @param onlyA pairs in which only the first side is right. @param onlyB pairs in which only the second is.
 * @returns p in (0, 1]; 1 without such pairs.
 * @see McNemar 1947; the exact form is the binomial test with p = 1/2.
 */
export function mcNemar(onlyA: number, onlyB: number): number {
  const n = onlyA + onlyB;
  let tail = 0;
  for (let k = 0; k <= Math.min(onlyA, onlyB); k++)
    tail += Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2);
  return Math.min(1, 2 * tail);
}

/** Pairs as counts; null unless every value is 0 or 1. */
export function pairCountsOf(pairs: readonly (readonly [a: number, b: number])[]): PairCounts | null {
  if (pairs.some((pair) => pair.some((value) => value !== 0 && value !== 1))) return null;
  const [onlyA, onlyB] = [pairs.filter(([a, b]) => a > b).length, pairs.filter(([a, b]) => b > a).length];
  return { onlyA, onlyB, n: pairs.length };
}
