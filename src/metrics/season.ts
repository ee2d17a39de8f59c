import { autocorrelation } from "../stats/autocorrelation.ts";
import { median, quantileOf, sorted } from "../stats/quantile.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;
/**
 * Periodic load in production follows clocks (jobs, shifts, days, weeks), so a phase read from the clock holds across
 * gaps in the recording. Shortest first.
 */
const PERIODS_MS = [
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
  20 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  4 * HOUR_MS,
  6 * HOUR_MS,
  8 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  WEEK_MS,
];
/**
 * Cycles that a history must hold before a period is considered. Days and weeks are expected and need two; shorter
 * periods may appear by chance and need more.
 */
const MIN_CYCLES = 2;
const MIN_SHORT_CYCLES = 4;
/** A period with fewer samples than this has no visible shape. */
const MIN_STEPS = 6;
/** Upper limit of grid cells; more add nothing to the shape of a season. */
const MAX_CELLS = 2048;
/** Minimum autocorrelation one period later. */
const MIN_CORRELATION = 0.6;
/** Minimum drop of autocorrelation within the period: a mere drift correlates with itself at any lag. */
const MIN_CONTRAST = 0.4;
/** A longer period must beat a shorter one by this, because every multiple of a period is a period too. */
const MIN_GAIN = 0.05;

/**
 * `expectedAt(timeMs)`: the usual level at that time of the period, in the metric's unit; null for a time that the
 * history does not cover.
 */
export type Season = { periodMs: number; expectedAt: (timeMs: number) => number | null };

/**
 * Finds the season of a baseline history: hour-of-week if the history holds weeks and the week shows, else the shorter
 * period found by autocorrelation.
 *
 * @param timesMs Unix ms, any order. @param values as many, finite.
 * @returns null if the history holds too few cycles of every period, or no period shows.
 */
export function seasonOf(timesMs: readonly number[], values: readonly number[]): Season | null {
  const grid = gridOf(timesMs, values);
  if (grid === null) return null;
  let best: { periodMs: number; correlation: number } | null = null;
  for (const periodMs of PERIODS_MS) {
    const lag = Math.round(periodMs / grid.stepMs);
    if (lag < MIN_STEPS || lag * (periodMs < DAY_MS ? MIN_SHORT_CYCLES : MIN_CYCLES) > grid.cells.length) continue;
    const correlation = autocorrelation(grid.cells, lag);
    if (correlation < MIN_CORRELATION || correlation < (best === null ? 0 : best.correlation + MIN_GAIN)) continue;
    const between = Math.min(
      ...[1, 2, 3].map((quarter) => autocorrelation(grid.cells, Math.round((lag * quarter) / 4))),
    );
    if (correlation - between >= MIN_CONTRAST) best = { periodMs, correlation };
  }
  return best && { periodMs: best.periodMs, expectedAt: profileOf(timesMs, values, best.periodMs, grid.stepMs) };
}

/** Averages samples on an even grid of the usual step; a long history gets a coarser grid. */
function gridOf(timesMs: readonly number[], values: readonly number[]): { stepMs: number; cells: Float64Array } | null {
  if (timesMs.length < MIN_CYCLES * MIN_STEPS) return null;
  const ascending = sorted(timesMs);
  const [first = 0, last = 0] = [ascending[0], ascending.at(-1)];
  const steps = ascending
    .subarray(1)
    .map((timeMs, at) => timeMs - (ascending[at] as number))
    .filter((stepMs) => stepMs > 0);
  if (steps.length === 0) return null;
  const stepMs = Math.max(median(steps), (last - first) / MAX_CELLS);
  const size = Math.floor((last - first) / stepMs) + 1;
  const [sums, counts] = [new Float64Array(size), new Float64Array(size)];
  for (const [at, timeMs] of timesMs.entries()) {
    const cell = Math.floor((timeMs - first) / stepMs);
    sums[cell] = (sums[cell] ?? 0) + (values[at] ?? 0);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  // clip: one or two stray spikes at a distance are not a season
  const usual = sorted(values);
  const [low, high] = [quantileOf(usual, 0.05), quantileOf(usual, 0.95)];
  const cells = sums.map((sum, at) => Math.min(high, Math.max(low, sum / (counts[at] as number))));
  return { stepMs, cells };
}

/** Median level by hour of the week, or by twenty-fourth of a shorter period; never finer than the samples. */
function profileOf(
  timesMs: readonly number[],
  values: readonly number[],
  periodMs: number,
  stepMs: number,
): Season["expectedAt"] {
  const slotMs = Math.max(stepMs, periodMs === WEEK_MS ? HOUR_MS : periodMs / 24);
  const slotOf = (timeMs: number): number => Math.floor((timeMs % periodMs) / slotMs);
  const usual = new Map(
    [...Map.groupBy(timesMs.keys(), (at) => slotOf(timesMs[at] ?? 0))].map(([slot, members]) => [
      slot,
      median(members.map((at) => values[at] ?? 0)),
    ]),
  );
  return (timeMs) => usual.get(slotOf(timeMs)) ?? null;
}
