import type { Placed } from "../../domain/memory.ts";

/** Holds back the first places, so that two lists that agree beat one that is sure. @see Cormack, Clarke & Büttcher, Reciprocal Rank Fusion, SIGIR 2009. */
const K = 60;
/** What two ways of adding the same floats may differ by; relative above 1. */
const SAME_SCORE = 1e-5;
/** Candidates of each list for one that is wanted, and at least. */
const DEPTH_FACTOR = 2;
const MIN_DEPTH = 50;

/** One of a list of results. */
export type Hit<T> = { item: T; score: number };
export type Fused<T> = { item: T; dense: Placed | null; bm25: Placed | null; fused: number };

/** How many of each list are looked at for `limit` results: the same in every store, or they would answer differently. */
export const depthFor = (limit: number): number => Math.max(MIN_DEPTH, DEPTH_FACTOR * limit);

/**
 * Two lists made one by rank: Σ 1 / (60 + rank). Ranks, not scores, because cosine and BM25 do not compare.
 * Ties: the newer, then the smaller id, so that the answer does not hang on how a store keeps its rows.
 *
 * @param dense,bm25 best first, the best `depthFor(limit)` of each; an item is known by its id.
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

/** Ranks from 1; scores that are equal but for rounding share the rank of the first of them. */
function placed<T>(hits: readonly Hit<T>[]): (Hit<T> & { rank: number })[] {
  let leader = { score: Number.POSITIVE_INFINITY, rank: 0 };
  return hits.map((hit, i) => {
    const isTie = leader.score - hit.score <= SAME_SCORE * Math.max(1, Math.abs(leader.score));
    if (i === 0 || !isTie) leader = { score: hit.score, rank: i + 1 };
    return { ...hit, rank: leader.rank };
  });
}

/** Where a list was cut among equals, which of them it holds is chance: without these, unless all are equal. */
function whole<T extends { rank: number }>(hits: readonly T[], depth: number): readonly T[] {
  const last = hits.at(-1)?.rank ?? 1;
  return hits.length < depth || last === 1 ? hits : hits.filter(({ rank }) => rank < last);
}
