/** `_` is part of a word, as in metric names. */
const WORD = /[\p{L}\p{N}_]+/gu;
/** Longer runs are encoded bytes, which no second incident would repeat. */
const MAX_WORD_CHARS = 64;

/**
 * The words of a text for search: lower case, in order, with repeats, plurals as singulars.
 *
 * @see Harman, How effective is suffixing?, JASIS 1991 (the S-stemmer). A stronger stemmer would merge
 *   different names.
 */
export const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(WORD) ?? []).filter((word) => word.length <= MAX_WORD_CHARS).map(singular);

function singular(word: string): string {
  if (word.length < 4 || !word.endsWith("s") || /\d|_/.test(word)) return word;
  if (word.endsWith("ies") && !/[ae]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (word.endsWith("es") && !/[aeo]es$/.test(word)) return word.slice(0, -1);
  return /[us]s$/.test(word) ? word : word.slice(0, -1);
}
