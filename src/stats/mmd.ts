import { median } from "./quantile.ts";
import { seededRandom } from "./seeded-random.ts";

type Vectors = readonly (readonly number[])[];
/** `mmd2`: unbiased estimate of the squared distance; can be below 0. `width`: of the kernel. */
export type MmdTest = { mmd2: number; width: number; p: number };

const squaredDistance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + (value - (b[at] ?? 0)) ** 2, 0);

/** For the median of the distances; more would change it little. */
const MEDIAN_OF = 400;

/**
 * Compares two samples of vectors by the maximum mean discrepancy: kernel exp(−d² / 2w²), whose width w is the median
 * distance, and a p value from random divisions of all vectors.
 *
 * @param before @param recent at least two vectors each, all of one length.
 * @throws {RangeError} if a sample has fewer than two vectors.
 * @see Gretton, Borgwardt, Rasch, Schölkopf & Smola, A kernel two-sample test, JMLR 2012 (lemma 6, §8).
 */
export function mmdTest(
  before: Vectors,
  recent: Vectors,
  { seed, draws = 999 }: { seed: number; draws?: number },
): MmdTest {
  const [m, n] = [before.length, recent.length];
  if (m < 2 || n < 2) throw new RangeError("comparing two samples of vectors takes at least two of each");
  const all = [...before, ...recent];
  const total = m + n;
  const distances = new Float64Array(total * total);
  const some: number[] = [];
  for (let i = 0; i < total; i++)
    for (let j = i + 1; j < total; j++) {
      const distance = squaredDistance(all[i] as readonly number[], all[j] as readonly number[]);
      distances[i * total + j] = distances[j * total + i] = distance;
      if (i < MEDIAN_OF && distance > 0) some.push(distance);
    }
  const width2 = some.length === 0 ? 1 : median(some);
  const kernel = distances.map((distance) => Math.exp(-distance / (2 * width2)));
  const order = Array.from({ length: total }, (_, at) => at);
  const observed = unbiased(kernel, order, m);
  const random = seededRandom(seed);
  let extreme = 1;
  for (let draw = 0; draw < draws; draw++) {
    for (let at = 0; at < m; at++) {
      const other = at + Math.floor(random() * (total - at));
      [order[at], order[other]] = [order[other] as number, order[at] as number];
    }
    if (unbiased(kernel, order, m) >= observed - 1e-12) extreme++;
  }
  return { mmd2: observed, width: Math.sqrt(width2), p: extreme / (draws + 1) };
}

/** The first m of `order` against the others. */
function unbiased(kernel: Float64Array, order: readonly number[], m: number): number {
  const total = order.length;
  const n = total - m;
  let [within, across, beyond] = [0, 0, 0];
  for (let i = 0; i < total; i++) {
    const row = (order[i] as number) * total;
    for (let j = i + 1; j < total; j++) {
      const value = kernel[row + (order[j] as number)] as number;
      if (j < m) within += value;
      else if (i < m) across += value;
      else beyond += value;
    }
  }
  return (2 * within) / (m * (m - 1)) + (2 * beyond) / (n * (n - 1)) - (2 * across) / (m * n);
}
