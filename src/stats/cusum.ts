/** `at`: index of the first value of the change. `side`: its direction. */
export type Departure = { at: number; side: "up" | "down" };

/**
 * Finds where the greatest lasting departure from a level began, by a two-sided CUSUM: S⁺ = max(0, S⁺ + z − k) and S⁻
 * = max(0, S⁻ − z − k). A departure is where either sum exceeds h; it began where that sum last left zero. Of several
 * departures, the one with the highest peak counts, so an earlier one that healed is ignored.
 *
 * @param z n standardised values in time order. Values beyond `h` are clipped, so that one spike alone cannot exceed
 *    h.
 * @param sides directions to search. @param k slack and @param h threshold, both in standard deviations.
 * @returns null if neither sum ever exceeds h.
 * @see Page, Continuous inspection schemes, Biometrika 1954.
 */
export function cusumOnset(
  z: readonly number[],
  sides: readonly Departure["side"][] = ["up", "down"],
  k = 0.5,
  h = 5,
): Departure | null {
  let best: (Departure & { peak: number }) | null = null;
  for (const side of sides) {
    const sign = side === "up" ? 1 : -1;
    let sum = 0;
    let began = 0;
    for (const [index, value] of z.entries()) {
      if (sum === 0) began = index;
      sum = Math.max(0, sum + Math.max(-h, Math.min(sign * value, h)) - k);
      if (sum > h && sum > (best?.peak ?? 0)) best = { at: began, side, peak: sum };
    }
  }
  return best && { at: best.at, side: best.side };
}
