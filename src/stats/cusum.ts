/**
 * Where the greatest lasting departure from a level began, by a one-sided CUSUM: S⁺ = max(0, S⁺ + z − k), a departure where S⁺ > h. It began where S⁺ last left
 * zero. Of several, the one that reaches highest counts: an earlier one that healed is another story.
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
  let best: { peak: number; at: number } | null = null;
  for (const [index, value] of z.entries()) {
    if (sum === 0) began = index;
    sum = Math.max(0, sum + Math.max(-h, Math.min(value, h)) - k);
    if (sum > h && sum > (best?.peak ?? 0)) best = { peak: sum, at: began };
  }
  return best?.at ?? null;
}
