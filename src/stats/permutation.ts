import { mean } from "./mean.ts";
import { seededRandom } from "./seeded-random.ts";

const DRAWS = 9999;
type Draws = { seed: number; draws?: number };

/** Sums that differ by rounding alone count as equal. */
const atLeast = (value: number, observed: number): boolean => value >= observed - 1e-9 * Math.max(1, observed);

/**
 * Two-sided p value of "both sides of each pair are alike": flips the sign of each difference at random. Exact up to
 * the number of draws, whatever the distribution.
 *
 * @param differences n ≥ 0. @returns in (0, 1]; 1 where none differs.
 * @see Fisher, The Design of Experiments, 1935, §21; Phipson & Smyth 2010 (why the observed value counts as one draw).
 */
export function signFlipTest(differences: readonly number[], { seed, draws = DRAWS }: Draws): number {
  const moved = differences.filter((difference) => difference !== 0);
  if (moved.length === 0) return 1;
  const random = seededRandom(seed);
  const observed = Math.abs(moved.reduce((sum, one) => sum + one, 0));
  let extreme = 1;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (const one of moved) sum += random() < 0.5 ? one : -one;
    if (atLeast(Math.abs(sum), observed)) extreme++;
  }
  return extreme / (draws + 1);
}

/**
 * Two-sided p value of "both samples come from one distribution", by the difference of their means over random
 * divisions.
 *
 * @returns in (0, 1]; 1 if a sample is empty.
 * @see Pitman 1937; Phipson & Smyth 2010.
 */
export function permutationTest(a: readonly number[], b: readonly number[], { seed, draws = DRAWS }: Draws): number {
  const [ofA, ofB] = [mean(a), mean(b)];
  if (ofA === null || ofB === null) return 1;
  const random = seededRandom(seed);
  const all = Float64Array.from([...a, ...b]);
  const total = all.reduce((sum, one) => sum + one, 0);
  const observed = Math.abs(ofB - ofA);
  let extreme = 1;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (let at = 0; at < a.length; at++) {
      const other = at + Math.floor(random() * (all.length - at));
      const taken = all[other] as number;
      all[other] = all[at] as number;
      all[at] = taken;
      sum += taken;
    }
    if (atLeast(Math.abs((total - sum) / b.length - sum / a.length), observed)) extreme++;
  }
  return extreme / (draws + 1);
}
