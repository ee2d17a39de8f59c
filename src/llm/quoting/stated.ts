/** Messages of products that address their reader, and what they state. */
const PARAPHRASES: readonly [RegExp, string][] = [
  [/you have an error in your SQL syntax/gi, "SQL syntax error"],
  [/you (?:do not|don't) have permission/gi, "permission denied"],
  [/must be vacuumed within/gi, "not vacuumed within"],
];

/** A text in which messages that address their reader state the same. */
export const stated = (text: string): string =>
  PARAPHRASES.reduce((now, [phrase, statement]) => now.replaceAll(phrase, statement), text);
