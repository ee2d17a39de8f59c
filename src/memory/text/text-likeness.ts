import { conceptsOf } from "./concepts.ts";
import { contentWords } from "./content-words.ts";

/** Terms of a text with their weights before rarity: words, pairs of adjacent words, kinds of failure. */
export type TextTerms = ReadonlyMap<string, number>;

/** Weight of each class of term relative to a word. */
const PAIR = 0.5;
const CONCEPT = 2.5;

/** Reads the terms of a text. Repetitions count by their logarithm. */
export function termsOf(text: string): TextTerms {
  const counts = wordCounts(text);
  for (const [concept, times] of conceptsOf(text)) counts.set(`#${concept}`, times);
  return weighed(counts);
}

/** The words of a text and their pairs, without kinds of failure: cheap enough for hundreds of texts. */
export const wordTermsOf = (text: string): TextTerms => weighed(wordCounts(text));

function wordCounts(text: string): Map<string, number> {
  const words = contentWords(text);
  const counts = new Map<string, number>();
  const add = (term: string): void => void counts.set(term, (counts.get(term) ?? 0) + 1);
  for (const [at, word] of words.entries()) {
    add(word);
    const next = words[at + 1];
    if (next !== undefined && next !== word) add(`${word} ${next}`);
  }
  return counts;
}

const weighed = (counts: ReadonlyMap<string, number>): TextTerms =>
  new Map([...counts].map(([term, count]) => [term, weightOf(term) * (1 + Math.log(count))]));

const weightOf = (term: string): number => (term.startsWith("#") ? CONCEPT : term.includes(" ") ? PAIR : 1);

/** Adds the terms of several texts, each with its weight. */
export function joinTerms(parts: readonly { terms: TextTerms; weight: number }[]): TextTerms {
  const joined = new Map<string, number>();
  for (const { terms, weight } of parts)
    for (const [term, value] of terms) joined.set(term, Math.max(joined.get(term) ?? 0, value * weight));
  return joined;
}

/**
 * Compares texts by cosine, each term weighted by its rarity among `texts` (tf-idf). Terms that every text has
 * do not count.
 *
 * @returns the likeness of each of `texts` to a query, in [0, 1], in order.
 * @see Salton & Buckley, Term-weighting approaches in automatic text retrieval, 1988.
 */
export function textLikeness(texts: readonly TextTerms[]): (query: TextTerms) => number[] {
  const holders = new Map<string, number>();
  for (const terms of texts) for (const term of terms.keys()) holders.set(term, (holders.get(term) ?? 0) + 1);
  const rarityOf = (term: string): number => {
    const count = holders.get(term) ?? 0;
    return Math.log(1 + (texts.length - count + 0.5) / (count + 0.5));
  };
  const lengthOf = (terms: TextTerms): number =>
    Math.sqrt([...terms].reduce((sum, [term, weight]) => sum + (weight * rarityOf(term)) ** 2, 0));
  const lengths = texts.map(lengthOf);
  return (query) => {
    const own = lengthOf(query);
    return texts.map((terms, at) => {
      let shared = 0;
      for (const [term, weight] of query) {
        const other = terms.get(term);
        if (other !== undefined) shared += weight * other * rarityOf(term) ** 2;
      }
      const length = own * (lengths[at] ?? 0);
      return length === 0 ? 0 : shared / length;
    });
  };
}
