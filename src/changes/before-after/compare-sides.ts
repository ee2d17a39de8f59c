import { autocorrelation } from "../../stats/autocorrelation.ts";
import { median, sorted } from "../../stats/quantile.ts";
import { permutationTest } from "../../stats/permutation.ts";

/**
 * How far the later values lie above the earlier ones. `low`, `high`: 95 % interval, in the unit of the values. `p`:
 * two-sided. `blocks`: independent stretches on each side.
 */
export type SideDifference = {
  effect: number;
  low: number;
  high: number;
  p: number;
  blocks: [before: number, after: number];
};

/** Fewer independent stretches on one side show nothing: with 5 on each, p is at least .008. */
export const MIN_BLOCKS = 5;
/** Blocks this many times as long as the memory of the series are nearly independent. */
const MEMORIES = 2;
/**
 * The shorter side is cut into this many blocks at most: noise hides a slow memory, so that what was measured is too
 * short.
 */
const MOST_BLOCKS = 6;
const Z_95 = 1.96;
const DRAWS = 1999;

/**
 * Compares two stretches of one series whose neighbours resemble each other: each is cut into blocks longer than that
 * memory, and the ranks of their medians are compared by a permutation test. The effect is the median of all
 * differences between a later and an earlier block, with the interval of the rank test.
 *
 * @param before, after on an even grid; NaN where nothing is known.
 * @returns null if a side holds too few independent blocks.
 * @see Hodges & Lehmann 1963 (effect); Moses 1965 (interval); Carlstein 1986 (blocks).
 */
export function compareSides(before: readonly number[], after: readonly number[], seed: number): SideDifference | null {
  const known = [before, after].map((side) => side.filter((value) => !Number.isNaN(value)));
  const [a = [], b = []] = known;
  if (a.length < MIN_BLOCKS || b.length < MIN_BLOCKS) return null;
  const length = blockLength(before, after);
  const [early, late] = [blockMedians(before, length), blockMedians(after, length)];
  if (early.length < MIN_BLOCKS || late.length < MIN_BLOCKS) return null;
  const differences = sorted(late.flatMap((value) => early.map((other) => value - other)));
  const [m, n] = [early.length, late.length];
  const out = Math.max(0, Math.floor((m * n) / 2 - Z_95 * Math.sqrt((m * n * (m + n + 1)) / 12)));
  const ranks = ranksOf([...early, ...late]);
  return {
    effect: median(differences),
    low: differences[out] as number,
    high: differences[differences.length - 1 - out] as number,
    p: permutationTest(ranks.slice(0, m), ranks.slice(m), { seed, draws: DRAWS }),
    blocks: [m, n],
  };
}

/**
 * Samples in a block, from the memory of both sides around their own levels: the sum of the autocorrelations up to the
 * first that is not positive.
 *
 * @see Geyer 1992 (initial positive sequence).
 */
function blockLength(before: readonly number[], after: readonly number[]): number {
  const sides = [before, after].map((side) => {
    const level = median(side.filter((value) => !Number.isNaN(value)));
    return side.map((value) => value - level);
  });
  const most = Math.floor(Math.min(before.length, after.length) / 2);
  const n = before.length + after.length;
  let memory = 1;
  for (let lag = 1; lag <= most; lag++) {
    // a gap as long as the lag, so that no pair reaches from one side to the other
    const rest = sides.flatMap((side) => [...side, ...Array<number>(lag).fill(Number.NaN)]);
    // the levels were fitted, which takes away about this much from each correlation
    const correlation = autocorrelation(rest, lag) + memory / n;
    if (correlation <= 0) break;
    memory += 2 * correlation;
  }
  return Math.max(Math.ceil(MEMORIES * memory), Math.floor(Math.min(before.length, after.length) / MOST_BLOCKS));
}

function blockMedians(values: readonly number[], length: number): number[] {
  const medians: number[] = [];
  for (let from = 0; from + length <= values.length; from += length) {
    const block = values.slice(from, from + length).filter((value) => !Number.isNaN(value));
    if (block.length * 2 > length) medians.push(median(block));
  }
  return medians;
}

/** Ranks from 1; equal values share their mean rank. */
function ranksOf(values: readonly number[]): number[] {
  const ascending = sorted(values);
  const [first, last] = [new Map<number, number>(), new Map<number, number>()];
  for (const [at, value] of ascending.entries()) {
    if (!first.has(value)) first.set(value, at + 1);
    last.set(value, at + 1);
  }
  return values.map((value) => ((first.get(value) ?? 0) + (last.get(value) ?? 0)) / 2);
}
