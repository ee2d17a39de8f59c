import { readable } from "./read-quantities.ts";
import { UNIT_PATTERN } from "./units.ts";

/** "812ms" and "31%" are amounts, although they hold letters or signs. */
const AMOUNT = new RegExp(String.raw`^[\d.,]+(?:${UNIT_PATTERN})$`, "iu");
const VERSION = /^v?\d+(?:\.\d+){2,}$/;

/** Words and word parts whose digits are no numbers: `cfg-118`, `p95` in `latency_p95_ms`, `10.0.0.1`. Lower case. */
export function identifiersOf(text: string): string[] {
  const words = readable(text)
    .toLowerCase()
    .split(/[\s"'`()[\]{}<>,;=]+|(?<!\d):/u)
    .map((word) => word.replaceAll(/^[.:!?]+|[.:!?]+$/g, ""));
  return words.flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)]).filter(isIdentifier);
}

const isIdentifier = (word: string): boolean =>
  (/\p{L}/u.test(word) && /\p{N}/u.test(word) && !AMOUNT.test(word)) || VERSION.test(word);

/** Removes the given words from a text. The rest of a longer word stays ("v1.2" removed from "v1.2.3" leaves ".3"). */
export function without(text: string, known: Iterable<string>): string {
  const lower = text.toLowerCase();
  const present = [...known].filter((word) => lower.includes(word.toLowerCase()));
  return present.length === 0
    ? text
    : text.replaceAll(new RegExp(String.raw`(?<![\p{L}\p{N}_])(?:${anyOf(present)})(?![\p{L}\p{N}_])`, "giu"), " · ");
}

/** A pattern for any of the words, taken literally, longest first. */
export const anyOf = (words: readonly string[]): string =>
  words
    .toSorted((a, b) => b.length - a.length)
    .map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`))
    .join("|");
