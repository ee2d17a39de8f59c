/** `at`: index of the first value after the step. `height`: mean after minus mean before. */
export type LevelStep = { at: number; height: number };

/**
 * Finds the upward step that explains most of the variance of a series: the split with the greatest n₁n₂/n · (mean
 * after − mean before)².
 *
 * @param values n finite values in time order. @param allowed indices at which a step may begin; index 0 never can.
 * @returns null if no allowed split rises.
 * @see Scott & Knott 1974 (binary segmentation, one step).
 */
export function bestStep(
  values: readonly number[],
  allowed: (index: number) => boolean = () => true,
): LevelStep | null {
  const all = values.reduce((sum, value) => sum + value, 0);
  let best: (LevelStep & { gain: number }) | null = null;
  let before = 0;
  for (const [at, value] of values.entries()) {
    if (at > 0 && allowed(at)) {
      const height = (all - before) / (values.length - at) - before / at;
      const gain = ((at * (values.length - at)) / values.length) * height ** 2;
      if (height > 0 && gain > (best?.gain ?? 0)) best = { at, height, gain };
    }
    before += value;
  }
  return best && { at: best.at, height: best.height };
}
