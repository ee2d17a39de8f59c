/**
 * First lasting departure from a level, by a one-sided CUSUM: S⁺ = max(0, S⁺ + z − k), alarm at S⁺ > h. The change began where S⁺ last left
 * zero before the alarm.
 *
 * @param z n standardised values in time order, positive in the direction looked for; large ones are clipped at `h`, so that
 *   a single spike cannot raise the alarm alone.
 * @param k slack and @param h threshold, both in standard deviations.
 * @returns index of the first value of the change, or null.
 * @see Page, Continuous inspection schemes, Biometrika 1954.
 */
export function cusumOnset(z: readonly number[], k = 0.5, h = 5): number | null {
  let sum = 0;
  let began = 0;
  for (const [index, value] of z.entries()) {
    if (sum === 0) began = index;
    sum = Math.max(0, sum + Math.min(value, h) - k);
    if (sum > h) return began;
  }
  return null;
}
