import { PARAMETER, phraseWord } from "../../../src/llm/quoting/phrases.ts";
import { stated } from "../../../src/llm/quoting/stated.ts";
import { tokensOf } from "../../../src/llm/quoting/tokens.ts";
import { wordsIn } from "../../../src/llm/quoting/words-in.ts";
import { ERROR_NAMES } from "./operations-words.ts";
import { failurePhrases, frameTexts, ownTexts } from "./own-texts.ts";

const OPEN = ` ${PARAMETER} `;

/** The rows of words whose order a model may see: failure messages and texts of Causeway, and the names in them. */
export const phrasesNow = (): string[] =>
  rowsOf([...failurePhrases(OPEN), ...ownTexts(OPEN), ...frameTexts(OPEN), ...ERROR_NAMES.split(/\s+/)]);

/** Those that the file must hold at any time. An older sentence about a ranking does no harm. */
export const neededPhrases = (): string[] => rowsOf([...failurePhrases(OPEN), ...ownTexts(OPEN)]);

function rowsOf(texts: readonly string[]): string[] {
  const rows = texts.flatMap((text) => {
    const tokens = tokensOf(stated(text.normalize("NFKC")), new Set());
    const names = tokens.map(({ shown }) => wordsIn(shown)).filter((words) => words.length > 1);
    return [tokens.map(phraseWord), ...names].map((words) => words.join(" "));
  });
  const isPhrase = (row: string): boolean => /[a-z]{2}/.test(row) && (row.includes(" ") || row.length > 12);
  return [...new Set(rows.filter(isPhrase))].toSorted();
}
