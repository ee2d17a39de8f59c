import type { Placed } from "../../domain/memory.ts";

/**
 * Damps the first ranks, so that two agreeing lists beat one.
 *
 * @see Cormack, Clarke & Büttcher, Reciprocal Rank Fusion, SIGIR 2009.
 */
const K = 60;
/** Rounding difference of two ways to add the same floats; relative above 1. */
const SAME_SCORE = 1e-5;
/** Candidates from each list for one result, and at least. */
const DEPTH_FACTOR = 2;
const MIN_DEPTH = 50;

/** One result of a list. */
export type Hit<T> = { item: T; score: number };
export type Fused<T> = { item: T; dense: Placed | null; bm25: Placed | null; fused: number };

/** Candidates from each list for `limit` results. Every store must use the same number, or answers would differ. */
export const depthFor = (limit: number): number => Math.max(MIN_DEPTH, DEPTH_FACTOR * limit);

/**
 * Merges two lists by rank: Σ 1 / (60 + rank). Ranks, because cosine and BM25 scores are not comparable. Ties go to
 * the newer document, then to the smaller id, so that the order does not depend on the store.
 *
 * @param dense,bm25 best first, the best `depthFor(limit)` of each; items are identified by id.
 */
export function fuse<T extends { id: string; atMs: number }>(
  dense: readonly Hit<T>[],
  bm25: readonly Hit<T>[],
  limit: number,
): Fused<T>[] {
  const found = new Map<string, Omit<Fused<T>, "fused">>();
  const depth = depthFor(limit);
  for (const { item, ...place } of whole(placed(dense), depth)) found.set(item.id, { item, dense: place, bm25: null });
  for (const { item, ...place } of whole(placed(bm25), depth))
    found.set(item.id, { item, dense: found.get(item.id)?.dense ?? null, bm25: place });
  return [...found.values()]
    .map((hit) => ({ ...hit, fused: share(hit.dense) + share(hit.bm25) }))
    .sort((a, b) => b.fused - a.fused || b.item.atMs - a.item.atMs || (a.item.id < b.item.id ? -1 : 1))
    .slice(0, Math.max(0, limit));
}

const share = (place: Placed | null): number => (place === null ? 0 : 1 / (K + place.rank));

/** Ranks from 1; scores that differ only by rounding share the first's rank. */
function placed<T>(hits: readonly Hit<T>[]): (Hit<T> & { rank: number })[] {
  let leader = { score: Number.POSITIVE_INFINITY, rank: 0 };
  return hits.map((hit, i) => {
    const isTie = leader.score - hit.score <= SAME_SCORE * Math.max(1, Math.abs(leader.score));
    if (i === 0 || !isTie) leader = { score: hit.score, rank: i + 1 };
    return { ...hit, rank: leader.rank };
  });
}

/** When a list is cut among equal scores, which of them remain is chance: drops those, unless all are equal. */
function whole<T extends { rank: number }>(hits: readonly T[], depth: number): readonly T[] {
  const last = hits.at(-1)?.rank ?? 1;
  return hits.length < depth || last === 1 ? hits : hits.filter(({ rank }) => rank < last);
}
