/**
 * Corrects p values for having tested several things at once (Holm 1979). The chance of any false finding stays below
 * the level to which the result is compared.
 *
 * @returns corrected p values, in the order of the input.
 */
export function holm(pValues: readonly number[]): number[] {
  const inOrder = pValues.map((p, at) => ({ p, at })).toSorted((a, b) => a.p - b.p);
  const corrected = Array.from(pValues, () => 1);
  let largest = 0;
  inOrder.forEach(({ p, at }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    corrected[at] = largest;
  });
  return corrected;
}
