import { autocorrelation } from "../stats/autocorrelation.ts";
import { median, quantileOf, sorted } from "../stats/quantile.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;
/** What recurs in production is driven by clocks: jobs, shifts, days, weeks. So a phase read off the clock holds across a gap in the recording. Shortest first. */
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
/** A period is seen when it was lived through so often: days and weeks, which everybody knows of, twice; others can come about by chance, and need more. */
const MIN_CYCLES = 2;
const MIN_SHORT_CYCLES = 4;
/** With fewer samples in a period there is no shape to see. */
const MIN_STEPS = 6;
/** More cells than this tell no more of a season. */
const MAX_CELLS = 2048;
/** So alike must a series be to itself one period later, … */
const MIN_LIKENESS = 0.6;
/** … and so much less alike in between: what only drifts is like itself at any distance. */
const MIN_CONTRAST = 0.4;
/** A longer period must be better than a shorter one by this: every multiple of a period is one as well. */
const CLEARLY = 0.05;

/** `expectedAt(timeMs)`: the usual level at that time of the period, in the metric's unit; null where that time was never seen. */
export type Season = { periodMs: number; expectedAt: (timeMs: number) => number | null };

/**
 * The season of a quiet history: hour-of-week where weeks of it exist and the week shows, else the shorter period that autocorrelation finds.
 *
 * @param timesMs Unix ms, any order. @param values as many, finite. @returns null where no period was lived through twice, or none shows.
 */
export function seasonOf(timesMs: readonly number[], values: readonly number[]): Season | null {
  const grid = gridOf(timesMs, values);
  if (grid === null) return null;
  let best: { periodMs: number; likeness: number } | null = null;
  for (const periodMs of PERIODS_MS) {
    const lag = Math.round(periodMs / grid.stepMs);
    if (lag < MIN_STEPS || lag * (periodMs < DAY_MS ? MIN_SHORT_CYCLES : MIN_CYCLES) > grid.cells.length) continue;
    const likeness = autocorrelation(grid.cells, lag);
    if (likeness < MIN_LIKENESS || likeness < (best === null ? 0 : best.likeness + CLEARLY)) continue;
    const between = Math.min(
      ...[1, 2, 3].map((quarter) => autocorrelation(grid.cells, Math.round((lag * quarter) / 4))),
    );
    if (likeness - between >= MIN_CONTRAST) best = { periodMs, likeness };
  }
  return best && { periodMs: best.periodMs, expectedAt: profileOf(timesMs, values, best.periodMs, grid.stepMs) };
}

/** Means of the samples on an even grid of the usual step, or of a coarser one where the history is long. */
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
  // a stray spike or two, that far apart, are no season
  const usual = sorted(values);
  const [low, high] = [quantileOf(usual, 0.05), quantileOf(usual, 0.95)];
  const cells = sums.map((sum, at) => Math.min(high, Math.max(low, sum / (counts[at] as number)))); // 0 / 0 is NaN: not measured
  return { stepMs, cells };
}

/** Hours of a week, else twenty-fourths of the period; never finer than the samples. */
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
