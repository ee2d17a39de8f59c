import { median, quantile } from "../stats/quantile.ts";
import { robustRange } from "../stats/robust-scale.ts";

/**
 * Floor of the scale, as a share of |median|, so that a tick on a flat baseline is no shift. This value measured best
 * at naming the faulty entity.
 */
const RELATIVE_FLOOR = 0.01;
/** Shorter baselines have no meaningful spread. */
export const MIN_BASELINE = 4;
export const MAX_SHIFT = 1e4;

/** `score`: unitless ≥ 0, capped at `MAX_SHIFT`. `before`, `after`: in the metric's unit. */
export type Shift = { score: number; direction: "up" | "down"; before: number; after: number; scale: number };

/**
 * Measures how far the incident left the baseline range, in the direction that hurts: max(q90(I) − med(B), med(B) −
 * q10(I)) / (IQR(B) + floor·|med(B)| + ε). With fewer than ten incident samples, the median of the later ones replaces
 * the quantile, so that one stray sample does not decide.
 *
 * @param baseline m values before the incident. @param incident n ≥ 1 values during it, in time order.
 * @param hurts the direction that hurts. @returns null if the baseline is shorter than `MIN_BASELINE`, or nothing
 *    moved in that direction.
 * @see BARO (Pham et al., FSE 2024); the relative floor is ours.
 */
export function flooredShift(
  baseline: readonly number[],
  incident: readonly number[],
  hurts: "up" | "down" | "both",
): Shift | null {
  if (baseline.length < MIN_BASELINE || incident.length === 0) return null;
  const { level: before, spread } = robustRange(baseline);
  const scale = spread + RELATIVE_FLOOR * Math.abs(before) + 1e-9;
  const few = incident.length < 10;
  const high = few ? median(incident.slice(Math.min(2, incident.length >> 1))) : quantile(incident, 0.9);
  const low = few ? high : quantile(incident, 0.1);
  const up = hurts === "down" ? 0 : (high - before) / scale;
  const down = hurts === "up" ? 0 : (before - low) / scale;
  if (up <= 0 && down <= 0) return null;
  const [score, direction, after] = up >= down ? ([up, "up", high] as const) : ([down, "down", low] as const);
  return { score: Math.min(MAX_SHIFT, score), direction, before, after, scale };
}
