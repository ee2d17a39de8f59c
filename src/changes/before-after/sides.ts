import type { Series } from "../../domain/telemetry.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { median } from "../../stats/quantile.ts";

/** The time before and the time after a change, both read on one grid of `stepMs`. */
export type Sides = { before: TimeWindow; after: TimeWindow; stepMs: number };
/** One value for each cell of the grid; NaN where nothing was recorded. */
export type OnGrid = { before: Float64Array; after: Float64Array };

/** A sample this soon after the change may still describe the old state. Milliseconds. */
const HANDOVER_MS = 30_000;
/** An effect shows within this time; later, other things happen. Milliseconds. */
const MOST_AFTER_MS = 60 * 60_000;
/** The time before is twice as long, so that half of it can be compared with the other half. */
const BEFORE_TO_AFTER = 2;
const LEAST_BEFORE_MS = 20 * 60_000;

/**
 * What lies before and after a change, up to the neighbouring changes of the same entity.
 *
 * @param own series of the changed entity. @returns null if nothing was recorded on one side.
 */
export function sidesOf(
  { beganMs, atMs }: { beganMs: number; atMs: number },
  own: readonly Series[],
  others: readonly { beganMs: number; atMs: number }[],
): Sides | null {
  const steps = own.flatMap(({ timesMs }) => timesMs.slice(1).map((timeMs, at) => timeMs - (timesMs[at] ?? 0)));
  const positive = steps.filter((stepMs) => stepMs > 0);
  if (positive.length === 0) return null;
  const stepMs = median(positive);
  const firstMs = own.reduce((first, { timesMs }) => Math.min(first, timesMs[0] ?? first), Infinity);
  const lastMs = own.reduce((last, { timesMs }) => Math.max(last, timesMs.at(-1) ?? last), -Infinity);
  const startMs = atMs + HANDOVER_MS;
  const nextMs = others.reduce((next, one) => (one.beganMs > atMs ? Math.min(next, one.beganMs) : next), Infinity);
  const endMs = Math.min(lastMs, startMs + MOST_AFTER_MS, nextMs - 1);
  const previousMs = others.reduce((last, one) => (one.atMs < beganMs ? Math.max(last, one.atMs) : last), -Infinity);
  const backMs = Math.max(LEAST_BEFORE_MS, BEFORE_TO_AFTER * (endMs - startMs));
  const fromMs = Math.max(firstMs, previousMs + HANDOVER_MS, beganMs - backMs);
  if (endMs <= startMs || beganMs - 1 <= fromMs) return null;
  return { before: { startMs: fromMs, endMs: beganMs - 1 }, after: { startMs, endMs }, stepMs };
}

/** Puts series on the grid: the median of what any of them recorded in a cell. `shiftMs`: reads that much earlier. */
export function onGrid(series: readonly Series[], { before, after, stepMs }: Sides, shiftMs = 0): OnGrid {
  return { before: cells(series, before, stepMs, shiftMs), after: cells(series, after, stepMs, shiftMs) };
}

function cells(
  series: readonly Series[],
  { startMs, endMs }: TimeWindow,
  stepMs: number,
  shiftMs: number,
): Float64Array {
  const members: number[][] = Array.from({ length: Math.ceil((endMs - startMs) / stepMs) }, () => []);
  for (const { timesMs, values } of series)
    for (const [at, timeMs] of timesMs.entries()) {
      const value = values[at];
      const cell = Math.floor((timeMs + shiftMs - startMs) / stepMs);
      if (value !== undefined) members[cell]?.push(value);
    }
  return Float64Array.from(members, (own) => (own.length === 0 ? Number.NaN : median(own)));
}

/** Share of the cells in which something was recorded. */
export const filled = (cells: Float64Array): number =>
  cells.length === 0 ? 0 : cells.filter((value) => !Number.isNaN(value)).length / cells.length;
