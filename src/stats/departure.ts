import { robustRange } from "./robust-scale.ts";

/**
 * A stretch of values beyond what is usual. `at`: index of its first value. `end`: index of the first value after it;
 * the length of the series if it lasts. `score`: distance of its second highest value from the usual level, in usual
 * spreads.
 */
export type FarStretch = { at: number; end: number; score: number };

/** Usual values that are needed to know what never happens. */
const MIN_USUAL = 30;
/** A smaller distance is none, in usual spreads. */
const MIN_MOVE = 1;
/** Spread of a series that hardly moves, as a share of its level. */
const RELATIVE_FLOOR = 0.01;
/** Two neighbours as far out as these occur less than once in so many usual values. */
const ONCE_IN = 500;

/**
 * Finds the last stretch in which a series left what a quiet recording of it shows: two neighbours lie further out than
 * two neighbours of the recording do. A single value proves nothing, because quiet times have single spikes as well.
 *
 * @param usual values of a quiet time, in time order. @param values in time order, of the same unit.
 * @param hurts the direction that counts.
 * @returns null if there is no such stretch, if it begins with the first value (the levels may differ for other
 *   reasons), or if `usual` is too short.
 */
export function departureFrom(
  usual: readonly number[],
  values: readonly number[],
  hurts: "up" | "down",
): FarStretch | null {
  if (usual.length < MIN_USUAL) return null;
  const { level, spread } = robustRange(usual);
  const scale = spread + RELATIVE_FLOOR * Math.abs(level) + 1e-9;
  const distance = (value: number): number => ((hurts === "up" ? 1 : -1) * (value - level)) / scale;
  const known = pairsOf(usual.map(distance)).toSorted((a, b) => b - a);
  const limit = Math.max(MIN_MOVE, known[Math.floor(usual.length / ONCE_IN)] ?? MIN_MOVE);
  const away = values.map(distance);
  const last = pairsOf(away).findLastIndex((least) => least > limit);
  if (last < 0) return null;
  const begin = away.findLastIndex((far, at) => at <= last && far < MIN_MOVE) + 1;
  const back = away.findIndex((far, at) => at > last + 1 && far < MIN_MOVE);
  const end = back < 0 ? values.length : back;
  const [, score = limit] = away.slice(begin, end).toSorted((a, b) => b - a);
  return begin === 0 ? null : { at: begin, end, score };
}

/** The smaller of each two neighbours. */
const pairsOf = (distances: readonly number[]): number[] =>
  distances.slice(1).map((far, at) => Math.min(far, distances[at] ?? far));
