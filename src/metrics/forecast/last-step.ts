import { median } from "../../stats/quantile.ts";

/** Samples on each side of a step that must agree that the level moved. */
const SIDE = 4;
/** A smaller step is noise: in usual distances between neighbours, and as a share of the limit. */
const MIN_SPREADS = 8;
const MIN_SHARE = 0.03;
/** Median absolute deviation → standard deviation of normal data. */
const MAD_TO_SIGMA = 1.4826;

/**
 * Index of the first sample after the last sudden change of level: a clean-up, a restart, a copied file. A single spike
 * is none. 0 if there is no step.
 *
 * @param shares of the limit, in time order, without season.
 */
export function lastStep(shares: readonly number[]): number {
  const moves = shares.slice(1).map((share, at) => share - (shares[at] ?? 0));
  if (moves.length < 2 * SIDE) return 0;
  const usual = median(moves);
  const spread = MAD_TO_SIGMA * median(moves.map((move) => Math.abs(move - usual)));
  const least = Math.max(MIN_SPREADS * spread, MIN_SHARE);
  return (
    moves.findLastIndex((move, at) => {
      if (Math.abs(move - usual) < least) return false;
      const before = shares.slice(Math.max(0, at + 1 - SIDE), at + 1);
      const after = shares.slice(at + 1, at + 1 + SIDE);
      // the last sample alone may be a spike
      if (before.length < 2 || after.length < 2) return false;
      return Math.abs(median(after) - median(before)) > Math.abs(move) / 2;
    }) + 1
  );
}
