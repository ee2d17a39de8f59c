import { binomialAt, binomialUpTo } from "./binomial.ts";
import { mcNemar } from "./mcnemar.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

/**
 * An effect on paired outcomes that are right or wrong. `difference`: share right with b minus share right with a.
 * `discordant`: share of pairs in which exactly one side is right; at least |difference|.
 */
export type PairedEffect = { difference: number; discordant: number };
type Test = { n: number; alpha: number };

/** The largest count of the rarer side with which m differing pairs are significant; −1 if none is. */
function criticalCount(m: number, alpha: number): number {
  let critical = -1;
  while (critical + 1 < m / 2 && mcNemar(critical + 1, m - critical - 1) <= alpha) critical++;
  return critical;
}

const MAX_SD = 9;

/**
 * Power of McNemar's exact test: sums over how many pairs may differ, and how these may split. No approximation, so it
 * holds for few pairs too.
 *
 * @returns in [0, 1].
 * @see Duffy, Asymptotic and exact power for the McNemar test and its analogue, Biometrics 1984.
 */
export function mcNemarPower({ difference, discordant }: PairedEffect, { n, alpha }: Test): number {
  const towardsB = (discordant + difference) / 2 / discordant;
  const spread = MAX_SD * Math.sqrt(n * discordant * (1 - discordant)) + MAX_SD;
  let power = 0;
  for (let m = 0; m <= n; m++) {
    if (Math.abs(m - n * discordant) > spread) continue;
    const critical = criticalCount(m, alpha);
    if (critical < 0) continue;
    const rejects = binomialUpTo(critical, m, towardsB) + binomialUpTo(critical, m, 1 - towardsB);
    power += binomialAt(m, n, discordant) * Math.min(1, rejects);
  }
  return Math.min(1, power);
}

/**
 * Power of a paired test of a mean, by the normal approximation.
 *
 * @param effect `difference` and `sd` of the differences, in one unit.
 */
export function meanPower(effect: { difference: number; sd: number }, { n, alpha }: Test): number {
  const shift = (Math.abs(effect.difference) / effect.sd) * Math.sqrt(n);
  const z = normalQuantile(1 - alpha / 2);
  return normalCdf(shift - z) + normalCdf(-shift - z);
}

export const MOST_CASES = 20_000;
/** The exact power of a discrete test falls a little now and then as n grows; so many larger n must do as well. */
const STAYS = 3;

/**
 * The fewest cases with which a test has the wanted power.
 *
 * @param powerWith rises with n but for small steps back.
 * @returns null if even `MOST_CASES` are too few.
 */
export function casesNeeded(powerWith: (n: number) => number, wanted: number): number | null {
  const isEnough = (n: number): boolean => powerWith(n) >= wanted;
  let high = 4;
  while (!isEnough(high)) {
    high *= 2;
    if (high > MOST_CASES) return null;
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  while (!Array.from({ length: STAYS }, (_, step) => high + 1 + step).every(isEnough)) high++;
  return high;
}

/** The smallest difference that n pairs show with the wanted power, to three decimals; null if none does. */
export function detectableDifference(discordant: number, test: Test, wanted: number): number | null {
  const shows = (difference: number): boolean => mcNemarPower({ difference, discordant }, test) >= wanted;
  if (!shows(discordant)) return null;
  let [low, high] = [0, discordant];
  while (high - low > 0.0005) {
    const middle = (low + high) / 2;
    if (shows(middle)) high = middle;
    else low = middle;
  }
  return high;
}
