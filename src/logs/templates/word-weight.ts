import { type Cell, METHODS } from "./cells.ts";

/**
 * How many different words must stand at one place before they count as values of one statement. Fewer words belong to
 * different statements. `identifier`: a word that no sentence contains (`orders.created`, `maxPoolSize`) counts as so
 * many. `slot`, `cue`: every word counts as so many in a slot, or after a word such as `user`. `first`: a word that
 * begins a line counts as so many. `ownWord`: if one word is so many times as frequent as all values at its place, it
 * belongs to the statement.
 */
export type MergeRules = {
  words: number;
  identifier: number;
  slot: number;
  cue: number;
  first: number;
  ownWord: number;
};
/** `learned`: words, in lower case, that introduce a name in this log. */
export type MergeContext = { rules: MergeRules; learned: ReadonlySet<string> };
export const MERGE_RULES: MergeRules = { words: 4, identifier: 1.67, slot: 2, cue: 1.67, first: 0.25, ownWord: 10 };

/** Beyond so many times the weight that is needed, words are not counted any more. */
const ENOUGH = 8;
/** All methods, or many statuses, are still no value: they say what was done, and how it ended. */
const FIXED_WEIGHT = 0.25;
/** The status of a request. Other numbers are no words. */
const STATUS = /^\d{3}$/;

const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(" "));
/** What follows these keys says what happened. */
const CAUSE_KEYS = wordSet("err error exception cause reason msg message status state result outcome");
/** Words that tell a good end from a bad one, and levels. */
const OUTCOMES = wordSet(
  "ok success successful succeeded successfully complete completed passed pass accepted accept granted allowed valid " +
    "fail fails failed failing failure error errors denied deny refused rejected reject forbidden unauthorized invalid " +
    "timeout aborted killed crashed lost dead expired unavailable unreachable reachable down up open closed " +
    "start started starting stop stopped stopping " +
    "trace debug info information notice warn warning err crit critical fatal panic inf wrn dbg",
);

const IDENTIFIER = /[\d_./@$\\#[({,]|\p{Ll}\p{Lu}|-.*-/u;

export const isIdentifier = (word: string): boolean => IDENTIFIER.test(word);
export const isOutcome = (word: string): boolean => OUTCOMES.has(word.toLowerCase());

/**
 * What the words at one place weigh. From `rules.words` on they are values.
 *
 * @param place `isFirst`: it begins a line, and never holds a value. `key`: the word that introduces it, if all lines
 *   have the same; else null.
 */
export function weightOf(
  words: Iterable<string>,
  { isSlot, isFirst, key }: { isSlot: boolean; isFirst: boolean; key: string | null },
  { rules, learned }: MergeContext,
): number {
  const lower = key?.toLowerCase() ?? "";
  const place = isSlot && !CAUSE_KEYS.has(lower) ? rules.slot : learned.has(lower) ? rules.cue : 1;
  let weight = 0;
  for (const word of words) {
    if (weight > rules.words * ENOUGH) break;
    if (isOutcome(word)) weight += 1;
    else if (STATUS.test(word) || (METHODS.has(word) && !isSlot)) weight += FIXED_WEIGHT;
    else weight += place * (isIdentifier(word) ? rules.identifier : 1);
  }
  return isFirst ? weight * rules.first : weight;
}

/** The word that introduces a cell: the word before it, past `=`, `:` and an opening quote or bracket. */
export function keyBefore(cells: readonly Cell[], at: number): number {
  let key = at - 1;
  while (key >= 0 && (cells[key] as Cell).kind === "delimiter" && "=:\"'[{(<".includes((cells[key] as Cell).text))
    key -= 1;
  return key;
}
