import { isKnownCompound, isPhrase, phraseWord } from "./phrases.ts";
import type { TextToken } from "./tokens.ts";
import { isNumber, isUnit, OPEN_PLACE } from "./typed-token.ts";
import { classOf } from "./vocabulary.ts";
import { wordsIn } from "./words-in.ts";

/** A token of a text, and whether its word may be shown at all. */
export type MarkedToken = { token: TextToken; isShown: boolean };
/** What is shown of a text, in order, and how many of its words are not. */
export type ShownParts = { parts: string[]; hidden: number };

/** Numbers without a word that are shown. More may spell letters. */
const MOST_NUMBERS = 3;
/** Between parts of a list. */
const BAR = "|";
/** Between parts that stood in this order: it keeps a text from being written through the list. */
const BREAK = "| ⟨and⟩ |";

/**
 * The parts of a text that are shown: phrases that Causeway knows, in the order of their words; other words and
 * parameters one by one. All are sorted, and none is shown twice, so the order of the text is lost.
 */
export function listed(tokens: readonly MarkedToken[]): ShownParts {
  const units: string[] = [];
  let hidden = 0;
  let numbers = 0;
  for (let at = 0; at < tokens.length;) {
    const run = runFrom(tokens, at);
    if (run.length > 1) {
      units.push(textOf(run));
      at += run.length;
      continue;
    }
    const one = singleAt(tokens, at);
    numbers += one.isNumber ? 1 : 0;
    if (one.isNumber && numbers > MOST_NUMBERS) hidden += 1;
    else units.push(...one.units);
    hidden += one.hidden;
    at += one.length;
  }
  const parts = [...new Set(units)].toSorted(
    (a, b) => Number(b.includes(" ")) - Number(a.includes(" ")) || order(a, b),
  );
  return { parts: separated(parts, wordsOf(tokens.map(({ token }) => token.shown).join(" "))), hidden };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The longest phrase that begins here. An article alone makes none. */
function runFrom(tokens: readonly MarkedToken[], at: number): TextToken[] {
  const run: TextToken[] = [];
  const words: string[] = [];
  for (const { token, isShown } of tokens.slice(at)) {
    words.push(phraseWord(token));
    if (!isShown || knownForm(token) === null || (words.length > 1 && !isPhrase(words.slice(-3)))) break;
    run.push(token);
  }
  if (run.at(-1)?.after.endsWith("=")) run.pop(); // its value is not in the phrase
  const firm = run.filter((token) => token.is === "word" && !isLoose(token)).length;
  if (firm === 0 || (firm === 1 && isLoose(run[0]) && !run.some(({ word }) => NEGATIONS.has(word)))) return [];
  return firm > 1 ? run : run.slice(0, run.findLastIndex((token) => !isLoose(token)) + 1);
}

/** Words that change what the next one says. They are never left out before it. */
const NEGATIONS: ReadonlySet<string> = new Set("no not cannot without too".split(" "));

const isLoose = (token: TextToken | undefined): boolean => token?.is === "word" && token.wordClass === "grammar";

/** A word as it is shown among others: a class without its package. Null for a name of code that no phrase has. */
function knownForm({ is, shown, word }: TextToken): string | null {
  if (is === "parameter" || isKnownCompound(shown, word)) return shown;
  const last = shown.split(/[.$/:#]/).at(-1) ?? "";
  return last !== shown && wordsIn(last).length > 1 && isKnownCompound(last, last.toLowerCase()) ? last : null;
}

type Single = { units: string[]; hidden: number; length: number; isNumber: boolean };

/** One token, with the value after it: `status=503`, `503 ms`. */
function singleAt(tokens: readonly MarkedToken[], at: number): Single {
  const [first, second, third] = tokens.slice(at, at + 3);
  const none = { units: [], hidden: 0, length: 1, isNumber: false };
  if (first === undefined) return none;
  const { token, isShown } = first;
  if (isLoose(token) && isShown) {
    const isNegated = NEGATIONS.has(token.word) && second?.isShown === true && knownForm(second.token) !== null;
    return isNegated ? { ...none, units: [textOf([token, second.token])], length: 2 } : none;
  }
  if (!isShown) return { ...none, hidden: 1 };
  if (knownForm(token) === null) {
    const words = wordsIn(token.shown.replaceAll("⟨text⟩", " ")).filter((word) => classOf(word) === "plain");
    const isField = token.after.endsWith("=") && second?.isShown === true && second.token.shown === OPEN_PLACE;
    return { ...none, units: words, hidden: words.length === 0 ? 1 : 0, length: isField ? 2 : 1 };
  }
  const value = second?.isShown && second.token.is === "parameter" ? second.token : undefined;
  const isField = token.is === "word" && token.after.endsWith("=") && value?.isGlued === true;
  const taken = [token, ...(value !== undefined && isField ? [value] : [])];
  const last = taken.at(-1);
  const unit = taken.length === 1 ? second : third;
  const hasUnit =
    last !== undefined && isNumber(last.shown) && unit?.token.is === "parameter" && isUnit(unit.token.shown);
  if (hasUnit) taken.push(unit.token);
  return {
    units: [textOf(taken)],
    hidden: 0,
    length: taken.length,
    isNumber: token.is === "parameter" && isNumber(token.shown),
  };
}

/** Tokens beside each other, without the punctuation that could open something. No `](`, which would make a link. */
const textOf = (tokens: readonly TextToken[]): string =>
  balanced(
    tokens
      .map((token, i) => {
        const space = i === 0 || token.isGlued ? "" : " ";
        const opening = token.before.replaceAll(/[`{<]/g, "");
        return space + opening + (knownForm(token) ?? "") + token.after.replaceAll(/[`}>!?|]/g, "");
      })
      .join(""),
  ).replaceAll("](", "] (");

/** Without punctuation at its ends that has no partner in it. */
function balanced(text: string): string {
  const body = text.replace(/[,;:=\s]+$/, "");
  const [first = "", last = ""] = [body.at(0), body.at(-1)];
  const marks = body.replaceAll(/(?<=\w)'(?=\w)/g, ""); // not that of "can't"
  const count = (mark: string): number => marks.split(mark).length - 1;
  const isOdd = (mark: string, partner: string): boolean =>
    mark === partner ? count(mark) % 2 === 1 : count(mark) !== count(partner);
  const partnerOf: Readonly<Record<string, string>> = { "(": ")", "[": "]", ")": "(", "]": "[", '"': '"', "'": "'" };
  const [end, begin] = [partnerOf[first], partnerOf[last]];
  if (body.length > 1 && begin !== undefined && isOdd(last, begin)) return balanced(body.slice(0, -1));
  return body.length > 1 && end !== undefined && isOdd(first, end) ? balanced(body.slice(1)) : body;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];

/** Puts bars between parts, and a break where three words in a row would stand in a row in the text, too. */
function separated(parts: readonly string[], source: readonly string[]): string[] {
  const runs = new Set(source.map((_, i) => source.slice(i, i + 3).join(" ")));
  const words: string[] = [];
  return parts.flatMap((part, i) => {
    const own = wordsOf(part);
    const around = [...words.slice(-2), ...own.slice(0, 2)];
    words.push(...own);
    const isWritten = around.some((_, at) => at + 2 < around.length && runs.has(around.slice(at, at + 3).join(" ")));
    if (i === 0) return [part];
    if (isWritten) words.splice(0, words.length, ...own);
    return [isWritten ? BREAK : BAR, part];
  });
}
