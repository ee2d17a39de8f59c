import type { Embedder } from "../domain/memory.ts";

/** Fewer dimensions cause collisions; more brought no measurable gain. */
const DIMENSION = 512;
const WORD = /[\p{L}\p{N}_]+/gu;
/** Separates the words of a pair: no word holds it. */
const SEAM = " ";

/**
 * Embeds text without a model: words and pairs of adjacent words are hashed into 512 signed dimensions, each weighted
 * 1 + ln(count); the vector has length 1. Pairs keep the order of symptoms, which is by importance. The best offline
 * method measured; see docs/memory.md. A text without words is the zero vector.
 *
 * Vectors of different versions do not compare: every change of the method needs a new `version`.
 *
 * @see Weinberger et al., Feature Hashing for Large Scale Multitask Learning, ICML 2009 (signed hashing).
 */
export const hashedWords: Embedder = {
  model: { name: "hashed-words-and-pairs", version: "1", dimension: DIMENSION },
  embed: async (texts) => texts.map(vectorOf),
};

function vectorOf(text: string): Float32Array {
  const words = text.toLowerCase().match(WORD) ?? [];
  const times = new Map<string, number>();
  for (const [at, word] of words.entries()) {
    times.set(word, (times.get(word) ?? 0) + 1);
    const next = words[at + 1];
    if (next !== undefined) times.set(word + SEAM + next, (times.get(word + SEAM + next) ?? 0) + 1);
  }
  const vector = new Float32Array(DIMENSION);
  for (const [term, count] of times) {
    const hash = fnv1a(term);
    const place = hash % DIMENSION;
    vector[place] = (vector[place] ?? 0) + ((hash >>> 16) & 1 ? 1 : -1) * (1 + Math.log(count));
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

/**
 * FNV-1a with 32 bits and murmur3's finalizer. The dimension uses low bits and the sign a high bit; in plain FNV-1a
 * these
 * depend on each other.
 */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
