import { wordsOf } from "./words.ts";

/** Terms as numbers with weights. `indices`: ascending, distinct, as many as `values`. */
export type SparseVector = { indices: number[]; values: number[] };

/** k₁: how soon repeats of a word stop counting. b: how much a long text is discounted. */
const K1 = 1.2;
const B = 0.75;
/** Words of a usual document. A constant, not the stored mean: a stored weight must not depend on later documents. */
const USUAL_WORDS = 120;
/** Words of a query that count; more add nothing. */
const MAX_QUERY_WORDS = 200;

/**
 * The document's half of BM25: for each word f·(k₁+1) / (f + k₁·(1 − b + b·length/usual)). The store adds the other
 * half, the word's rarity, because only it knows all documents: score = Σ over the query's words of idf(word) ·
 * weight(word).
 *
 * @see Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
 */
export function documentTerms(text: string): SparseVector {
  const words = wordsOf(text);
  const norm = K1 * (1 - B + (B * words.length) / USUAL_WORDS);
  return sparse(countsOf(words.map(termOf)), (count) => (count * (K1 + 1)) / (count + norm));
}

/** The query's half: each of its first 200 distinct words counts once. */
export function queryTerms(text: string): SparseVector {
  const words = [...new Set(wordsOf(text))].slice(0, MAX_QUERY_WORDS);
  return sparse(countsOf(words.map(termOf)), () => 1);
}

/**
 * The rarity (idf) of a word that `holders` of `documents` contain: ln(1 + (N − n + ½) / (n + ½)), never negative.
 * The formula of Qdrant's `idf` modifier; documents without any word do not count.
 */
export const rarity = (documents: number, holders: number): number =>
  Math.log(1 + (documents - holders + 0.5) / (holders + 0.5));

function sparse(counts: ReadonlyMap<number, number>, weigh: (count: number) => number): SparseVector {
  const indices = [...counts.keys()].sort((a, b) => a - b);
  return { indices, values: indices.map((term) => Math.fround(weigh(counts.get(term) ?? 0))) };
}

function countsOf(terms: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** FNV-1a over UTF-16 units, 32 bits. Among 100,000 distinct words, about one pair collides. */
function termOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i += 1) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
