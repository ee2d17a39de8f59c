/** `_` is part of a word, as in names of metrics. */
const WORD = /[\p{L}\p{N}_]+/gu;
/** Longer runs are encoded bytes, and no word that a second incident would hold. */
const MAX_WORD_CHARS = 64;

/**
 * The words of a text as search compares them: lower case, in order, with repeats, plural and singular the same.
 *
 * @see Harman, How effective is suffixing?, JASIS 1991 (the S-stemmer): a stronger one makes one word of names that differ.
 */
export const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(WORD) ?? []).filter((word) => word.length <= MAX_WORD_CHARS).map(singular);

function singular(word: string): string {
  if (word.length < 4 || !word.endsWith("s") || /\d|_/.test(word)) return word;
  if (word.endsWith("ies") && !/[ae]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (word.endsWith("es") && !/[aeo]es$/.test(word)) return word.slice(0, -1);
  return /[us]s$/.test(word) ? word : word.slice(0, -1);
}
