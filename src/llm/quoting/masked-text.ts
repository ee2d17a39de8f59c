import { addressesReader } from "./denied-words.ts";
import { type ShownParts, listed } from "./listed-parts.ts";
import { stated } from "./stated.ts";
import { type TextToken, tokensOf } from "./tokens.ts";
import { isStatement } from "./vocabulary.ts";
import { withoutLeet } from "./words-in.ts";

/** Tokens read of one text. */
const MOST_TOKENS = 80;
/** A clause that keeps a smaller share of its words keeps none: the rest of a sentence no longer says the same. */
const LEAST_KEPT = 0.34;

/**
 * A text of telemetry or of people, as a model may see it: phrases that Causeway knows as they are, other words of
 * operations and typed parameters as a sorted list, and the rest as `⟨3 words⟩`. So nobody but Causeway writes a
 * sentence into a prompt. Order words stay only where they cannot be an order. From a clause that addresses its reader
 * on, nothing is shown.
 *
 * @param text without control and invisible characters; secrets are masked.
 * @param names ids of entities, shown as `⟨orders-db⟩` where the text mentions them.
 */
export const maskedText = (text: string, names: ReadonlySet<string> = new Set()): string => {
  const { level, parts, hidden } = partsOf(text, names);
  const list = [...level, ...parts].join(" ");
  return hidden === 0 ? list : `${list}${list === "" ? "" : " "}${hidden === 1 ? "⟨word⟩" : `⟨${hidden} words⟩`}`;
};

/** The same in parts, with the number of words that are not shown. */
function partsOf(text: string, names: ReadonlySet<string>): { level: string[] } & ShownParts {
  const tokens = tokensOf(stated(text), names);
  const clauses: TextToken[][] = [[]];
  for (const token of tokens.slice(0, MOST_TOKENS)) {
    clauses.at(-1)?.push(token);
    if (token.endsClause) clauses.push([]);
  }
  const speech = clauses.findIndex((clause, i) => isSpeech(clause, clauses[i - 1]));
  const shown = clauses.flatMap((clause, i) =>
    speech !== -1 && i >= speech ? clause.map(() => false) : shownOf(clause),
  );
  const read = clauses.flat();
  const level = read.filter(({ isLevel }) => isLevel).map((token) => token.shown + token.after);
  const { parts, hidden } = listed(
    read.flatMap((token, i) => (token.isLevel ? [] : [{ token, isShown: shown[i] === true }])),
  );
  return { level, parts, hidden: hidden + Math.max(0, tokens.length - MOST_TOKENS) };
}

/** True for a clause that addresses its reader, or that follows a role (`SYSTEM: …`). All after it is withheld, too. */
const isSpeech = (clause: readonly TextToken[], before: readonly TextToken[] = []): boolean =>
  clause.some(({ is, word }) => is === "word" && isAddress(word)) ||
  (before.filter(({ isLevel }) => !isLevel).length === 1 && before.at(-1)?.isRole === true);

const isAddress = (word: string): boolean =>
  addressesReader(word) || (/\d/.test(word) && /\p{L}/u.test(word) && addressesReader(withoutLeet(word)));

/** Which tokens of a clause may be shown. */
function shownOf(clause: readonly TextToken[]): boolean[] {
  const shown = clause.map((token, i) => isTokenShown(token, i, clause));
  const words = clause.flatMap(({ is, wordClass }, i) => (is === "word" && wordClass !== "grammar" ? [shown[i]] : []));
  const isWithheld = words.length > 0 && words.filter(Boolean).length / words.length < LEAST_KEPT;
  return isWithheld ? clause.map(() => false) : shown;
}

function isTokenShown(
  { is, word, wordClass, endsClause }: TextToken,
  i: number,
  clause: readonly TextToken[],
): boolean {
  if (is === "parameter" || wordClass !== "guarded") return is === "parameter" || wordClass !== "unknown";
  const before = clause.slice(0, i).map((token) => token.word);
  return isStatement(word, before.toReversed(), clause[i + 1]?.word, i === clause.length - 1 && endsClause);
}
