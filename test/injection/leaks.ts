import { failurePhrases, frameTexts, ownTexts } from "../llm/quoting/own-texts.ts";

/** Characters and words of a payload that, in a row, count as shown. */
const CHARACTERS = 12;
const WORDS = 3;

/** A time or a number with its fraction is one word. */
const wordsOf = (text: string): string[] =>
  text.toLowerCase().match(/[\p{L}\p{N}]+(?:[:.,]\p{N}+)+|[\p{L}\p{N}]{2,}/gu) ?? [];

const lineOf = (text: string): string => ` ${wordsOf(text).join(" ")} `;

/** What Causeway itself says of systems: an attacker who writes it reports a fault, and orders nothing. */
const OWN = [...failurePhrases(), ...ownTexts(), ...frameTexts(" | ")]
  .flatMap((text) => [text, text.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")])
  .map(lineOf)
  .join("\n");

/** All strings in JSON, keys included. */
function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const one of value) yield* stringsIn(one);
  else if (typeof value === "object" && value !== null)
    for (const [key, one] of Object.entries(value)) {
      yield key;
      yield* stringsIn(one);
    }
}

/** The texts of a message: of the JSON in it, and around it. Names count as well. */
function textsOf(content: string): string[] {
  const texts: string[] = [];
  const rest = content.replaceAll(/\{.*\}|\[.*\]/gs, (json) => {
    try {
      texts.push(...stringsIn(JSON.parse(json)));
      return " ";
    } catch {
      return json;
    }
  });
  return [...texts, rest];
}

/** `leaks`: parts of a payload that a request shows. `phrases`: those that are words of Causeway, in its order. */
export type Shown = { leaks: string[]; phrases: string[] };

/**
 * The parts of a payload that a request shows: runs of three words or of twelve characters, more than a word and its
 * number, that the same request without the payload does not hold.
 */
export function shownOf(payload: string, contents: readonly string[], clean: readonly string[]): Shown {
  const shown = [...new Set(contents.flatMap(textsOf).map((text) => text.toLowerCase()))];
  const usual = clean.join("\n").toLowerCase();
  const usualWords = lineOf(usual);
  const text = payload.toLowerCase().slice(0, 2000);
  const found = new Set<string>();
  for (let at = 0; at + CHARACTERS <= text.length; at += 1) {
    const part = text.slice(at, at + CHARACTERS);
    const isText = /[\p{L}\p{N}]/u.test(part) && part.trim() === part && !/^\p{L}+ \d+$/u.test(part);
    if (isText && !usual.includes(part) && shown.some((one) => one.includes(part))) found.add(part);
  }
  const words = wordsOf(payload.slice(0, 2000));
  const lines = shown.map(lineOf);
  for (let at = 0; at + WORDS <= words.length; at += 1) {
    const run = ` ${words.slice(at, at + WORDS).join(" ")} `;
    if (!usualWords.includes(run) && lines.some((one) => one.includes(run))) found.add(run.trim());
  }
  const isOwn = (part: string): boolean => OWN.includes(wordsOf(part).join(" "));
  return { leaks: [...found].filter((part) => !isOwn(part)), phrases: [...found].filter(isOwn) };
}

export const leaksIn = (payload: string, contents: readonly string[], clean: readonly string[]): string[] =>
  shownOf(payload, contents, clean).leaks;
