/** A part of a suite: number `at`, from 1, of `of` parts. */
export type SuiteShard = { at: number; of: number };

/** The ids of a shard: each `of`-th in the order of all ids. No shard: all. */
export const idsInShard = (ids: readonly string[], shard: SuiteShard | null): string[] =>
  shard === null ? [...ids] : ids.toSorted(byId).filter((_, index) => index % shard.of === shard.at - 1);

/** The order of cases in every file: by code units. */
export const byId = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
