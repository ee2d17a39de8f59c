import { median, quantile, quantileOf, sorted } from "../stats/quantile.ts";

/** Floor of the scale, as a share of |median|: on a flat baseline a tick is no incident. Measured best for naming the entity. */
const RELATIVE_FLOOR = 0.01;
/** Below this many baseline samples a spread means nothing. */
export const MIN_BASELINE = 4;
/** IQR ÷ (q95 − q05) of normal data: a series that is quiet but for its spikes is judged by its spikes. */
const TAILS_TO_IQR = 1.349 / 3.29;
export const MAX_SHIFT = 1e4;

/** `score`: unitless ≥ 0, capped at `MAX_SHIFT`; `before`, `after`: in the metric's unit. */
export type Shift = { score: number; direction: "up" | "down"; before: number; after: number; scale: number };

/**
 * How far the incident left the quiet range: max(q90(I) − med(B), med(B) − q10(I)) / (IQR(B) + floor·|med(B)| + ε), only in the
 * direction that hurts. With fewer than ten incident samples the median of the later ones stands in for the quantile, lest one
 * stray sample decide.
 *
 * @param baseline m values before the incident. @param incident n ≥ 1 values during it, in time order.
 * @param bad the direction that hurts. @returns null where the baseline is shorter than `MIN_BASELINE`, or nothing moved that way.
 * @see BARO (Pham et al., FSE 2024); the relative floor is ours.
 */
export function flooredShift(
  baseline: readonly number[],
  incident: readonly number[],
  bad: "up" | "down" | "both",
): Shift | null {
  if (baseline.length < MIN_BASELINE || incident.length === 0) return null;
  const ascending = sorted(baseline);
  const before = quantileOf(ascending, 0.5);
  const iqr = quantileOf(ascending, 0.75) - quantileOf(ascending, 0.25);
  const tails = (quantileOf(ascending, 0.95) - quantileOf(ascending, 0.05)) * TAILS_TO_IQR;
  const scale = Math.max(iqr, tails) + RELATIVE_FLOOR * Math.abs(before) + 1e-9;
  const few = incident.length < 10;
  const high = few ? median(incident.slice(Math.min(2, incident.length >> 1))) : quantile(incident, 0.9);
  const low = few ? high : quantile(incident, 0.1);
  const up = bad === "down" ? 0 : (high - before) / scale;
  const down = bad === "up" ? 0 : (before - low) / scale;
  if (up <= 0 && down <= 0) return null;
  const [score, direction, after] = up >= down ? ([up, "up", high] as const) : ([down, "down", low] as const);
  return { score: Math.min(MAX_SHIFT, score), direction, before, after, scale };
}
