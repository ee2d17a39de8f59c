import type { Limits } from "./bca.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

/** Paired outcomes, 0 or 1: pairs in which only one side is 1, and all pairs. */
export type PairCounts = { onlyA: number; onlyB: number; n: number };

/** The score of "P(b) − P(a) = delta": 0 where the counts fit, falling as delta rises. */
function scoreAt({ onlyA, onlyB, n }: PairCounts, delta: number): number {
  const half = 2 * n;
  const linear = -onlyB - onlyA + (2 * n - onlyB + onlyA) * delta;
  const constant = -onlyA * delta * (1 - delta);
  const share = (Math.sqrt(Math.max(0, linear * linear - 4 * half * constant)) - linear) / (2 * half);
  const variance = n * (2 * share + delta * (1 - delta));
  const gap = onlyB - onlyA - n * delta;
  return variance <= 1e-12 ? Math.sign(gap) * (Math.abs(gap) < 1e-9 ? 0 : Infinity) : gap / Math.sqrt(variance);
}

/**
 * Score interval of the difference of two paired proportions, b − a. It stays honest where few pairs differ, or none,
 * and where a bootstrap has too little to resample.
 *
 * @param counts n ≥ 1.
 * @see Tango, Equivalence test and confidence interval for the difference in proportions for the paired-sample design,
 *   Statistics in Medicine 1998.
 */
export function tangoInterval(counts: PairCounts, level = 0.95): Limits {
  const z = normalQuantile((1 + level) / 2);
  /** The delta at which the score is `goal`. */
  const solve = (goal: number): number => {
    let [low, high] = [-1, 1];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (scoreAt(counts, middle) > goal) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  return { low: solve(z), high: solve(-z) };
}

/** One-sided p value of "P(b) − P(a) is at most `bound`". @see Tango 1998. */
export const tangoTail = (counts: PairCounts, bound: number): number => normalCdf(-scoreAt(counts, bound));
