import { fitShape } from "./change-models.ts";
import { median, quantileOf, sorted } from "./quantile.ts";
import { robustRange } from "./robust-scale.ts";

/**
 * The change of a series. `shape`: `step` to a new level, `ramp` (slow climb or fall), or `burst` that ended before
 * the series did. `at`: index of the first value of the change. `end`: index of the first value after it; the length
 * of the series if it lasts. `before`, `after`: levels in the unit of the values; of a ramp, `after` is its last level.
 * `score`: distance of the levels in usual spreads of the values before, in [0, `MAX_SCORE`].
 */
export type ChangePoint = {
  shape: "step" | "ramp" | "burst";
  at: number;
  end: number;
  direction: "up" | "down";
  before: number;
  after: number;
  score: number;
};

/** Settings of the search. `minRun`: fewest values on either side. `minScore`: weaker changes are noise. */
export type ChangeSearch = { minRun?: number; minScore?: number };

/** More cells do not locate a change better, and the search for bursts takes quadratic time. */
const MAX_CELLS = 120;
/** Differences below this share of the level do not count as noise: 1 %, as in the floored shift. */
const RELATIVE_FLOOR = 0.01;
const MIN_RUN = 4;
const MIN_SCORE = 3;
const MAX_SCORE = 1e4;
/** Noise of a constant series, as a share of the smallest later move: one tick of a count just scores. */
const TICK_SHARE = 0.3;
/** A step reaches more than this share of its final height in its first quarter; a ramp reaches less. */
const EARLY_SHARE = 0.4;
/** Makes MAD estimate σ for normal data. */
const MAD_TO_SIGMA = 1.4826;

/**
 * Finds when a series changed, without a baseline or an alarm time. Scales the values to unit noise, which flattens
 * spikes; pools long series into cells; fits the best of five shapes; and then locates its start among the single
 * values.
 *
 * @param values n finite values in time order, on a roughly even grid; a gap needs no filling.
 * @returns null if the series is flat, a trend without a break, too short, or changed by less than `minScore` spreads.
 */
export function changeOf(values: readonly number[], search: ChangeSearch = {}): ChangePoint | null {
  const { minRun = MIN_RUN, minScore = MIN_SCORE } = search;
  if (values.length < 2 * minRun + 1) return null;
  const y = unitNoise(values);
  const width = Math.ceil(values.length / MAX_CELLS);
  const cells = width === 1 ? y : pooled(y, width);
  const fit = fitShape(cells, Math.max(2, Math.ceil(minRun / width)));
  if (fit.shape === "flat" || fit.shape === "line") return null;
  const roughEnd = Math.min(values.length, fit.end * width);
  const end = fit.end === cells.length ? values.length : edgeNear(y, roughEnd, width, fit.at * width, values.length);
  const at = fit.shape === "ramp" ? fit.at * width : edgeNear(y, fit.at * width, width, 0, end);
  if (at < minRun || end - at < Math.min(minRun, 2)) return null;
  const change = described(values, at, end, fit.shape === "burst");
  return change.score < minScore ? null : change;
}

/** Measures the levels before and after a break, and distinguishes a slow climb from a step. */
function described(values: readonly number[], at: number, end: number, isBurst: boolean): ChangePoint {
  const { level: before, spread } = robustRange(values.slice(0, at));
  const changed = values.slice(at, end);
  const quarter = Math.max(1, changed.length >> 2);
  const [early, late] = [median(changed.slice(0, quarter)), median(changed.slice(-quarter))];
  const climbs = !isBurst && (early - before) / (late - before) < EARLY_SHARE;
  const after = climbs ? late : median(changed);
  const usual = spread > 0 ? spread : TICK_SHARE * smallestMove(values);
  const score = Math.abs(after - before) / (usual + RELATIVE_FLOOR * Math.abs(before) + 1e-9);
  return {
    shape: isBurst ? "burst" : climbs ? "ramp" : "step",
    at,
    end,
    direction: after > before ? "up" : "down",
    before,
    after,
    score: Math.min(score, MAX_SCORE),
  };
}

/**
 * Puts values on a scale where noise is about 1 and a spike of any height counts little more than a lasting change:
 * asinh((x − median) / noise). Noise is measured between neighbours, so a change of level does not widen it.
 */
function unitNoise(values: readonly number[]): number[] {
  const centre = median(values);
  const moves = sorted(values.slice(1).map((value, at) => Math.abs(value - (values[at] ?? value))));
  const usual = (quantileOf(moves, 0.5) * MAD_TO_SIGMA) / Math.SQRT2;
  // mostly constant: rare moves are the noise, for instance of a count that is nearly always zero
  const rare = usual > 0 ? usual : moves.reduce((sum, move) => sum + move, 0) / moves.length;
  const noise = Math.max(rare, RELATIVE_FLOOR * Math.abs(centre)) || 1;
  return values.map((value) => Math.asinh((value - centre) / noise));
}

/** Smallest difference between neighbours that differ; 0 if none do. */
function smallestMove(values: readonly number[]): number {
  const moves = values.slice(1).map((value, at) => Math.abs(value - (values[at] ?? value)));
  const least = moves.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), Number.POSITIVE_INFINITY);
  return Number.isFinite(least) ? least : 0;
}

/** Medians of neighbouring values, `width` at a time. */
function pooled(values: readonly number[], width: number): number[] {
  const cells = [];
  for (let from = 0; from < values.length; from += width) cells.push(median(values.slice(from, from + width)));
  return cells;
}

/** Refines a rough break to the index nearby that best splits the values around it. */
function edgeNear(y: readonly number[], rough: number, width: number, low: number, high: number): number {
  if (width === 1) return rough;
  const [from, to] = [Math.max(low, rough - 3 * width), Math.min(high, rough + 3 * width)];
  const around = y.slice(from, to);
  const all = around.reduce((sum, value) => sum + value, 0);
  let best = { at: rough, gain: 0 };
  let before = 0;
  for (const [index, value] of around.entries()) {
    if (index > 0 && Math.abs(from + index - rough) <= width) {
      const gap = (all - before) / (around.length - index) - before / index;
      const gain = ((index * (around.length - index)) / around.length) * gap * gap;
      if (gain > best.gain) best = { at: from + index, gain };
    }
    before += value;
  }
  return best.at;
}
