import { refusedName } from "../../src/llm/quoting/names.ts";

/** Characters and words of a payload that, in a row, count as shown. */
const CHARACTERS = 12;
const WORDS = 3;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];

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

/** The texts of a message: of the JSON in it, and around it. A whole string that is a name is a typed parameter. */
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
  return [...texts.filter((text) => refusedName(text) !== null), rest];
}

/**
 * The parts of a payload that a request shows outside typed parameters: runs of three words or twelve characters that the
 * same request without the payload does not hold.
 */
export function leaksIn(payload: string, contents: readonly string[], clean: readonly string[]): string[] {
  const shown = contents.flatMap(textsOf).map((text) => text.toLowerCase());
  const usual = clean.join("\n").toLowerCase();
  const usualWords = ` ${wordsOf(usual).join(" ")} `;
  const text = payload.toLowerCase().slice(0, 2000);
  const leaks = new Set<string>();
  for (let at = 0; at + CHARACTERS <= text.length; at += 1) {
    const part = text.slice(at, at + CHARACTERS);
    if (/[\p{L}\p{N}]/u.test(part) && !usual.includes(part) && shown.some((one) => one.includes(part))) leaks.add(part);
  }
  const words = wordsOf(payload.slice(0, 2000));
  const shownWords = shown.map((one) => ` ${wordsOf(one).join(" ")} `);
  for (let at = 0; at + WORDS <= words.length; at += 1) {
    const run = ` ${words.slice(at, at + WORDS).join(" ")} `;
    if (!usualWords.includes(run) && shownWords.some((one) => one.includes(run))) leaks.add(run.trim());
  }
  return [...leaks];
}
