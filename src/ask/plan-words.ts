import { IncidentError } from "../domain/errors.ts";

/**
 * A word of a typed plan. `quoted`: it stood in quotes, so that it is a value and no keyword. `at`: its first
 * character.
 */
export type PlanWord = { text: string; quoted: boolean; at: number };

const WORD =
  /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(!=|!~|>=|<=|==|\.\.|[=~<>|(),])|((?:[^\s"'=~<>|(),!.]|\.(?!\.)|!(?![=~]))+))/y;

/** Splits a typed plan into words. @throws {IncidentError} BAD_INPUT at a quote without its end. */
export function planWords(text: string): PlanWord[] {
  const words: PlanWord[] = [];
  const pattern = new RegExp(WORD.source, WORD.flags);
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) {
      if (text.slice(at).trim() === "") break;
      throw new IncidentError(
        "BAD_INPUT",
        `the plan cannot be read from character ${at + 1} on: ${text.slice(at, at + 40)}`,
        {
          hint: 'Close every quote, and put values with blanks or signs in quotes: path = "/a b".',
        },
      );
    }
    const [whole, double, single, sign, word] = found;
    const value = double ?? single;
    const start = at + whole.length - whole.trimStart().length;
    if (value !== undefined) words.push({ text: value.replaceAll(/\\(.)/gs, "$1"), quoted: true, at: start });
    else words.push({ text: sign === "==" ? "=" : (sign ?? word ?? ""), quoted: false, at: start });
  }
  return words;
}

const PLAIN = /^[\p{L}\p{N}_][\p{L}\p{N}_./:@+<>*-]*$/u;
const KEYWORDS = new Set(
  "where and since until in not of by top compare before count rate first last distinct min max mean avg sum quantile median increase time".split(
    " ",
  ),
);

/** A value as it is typed: in quotes where it would not be read as one word. */
export const typedValue = (value: string | number): string =>
  typeof value === "number"
    ? String(value)
    : PLAIN.test(value) && !/[<>]|\.\./.test(value) && !KEYWORDS.has(value.toLowerCase()) && !/^[-+.\d]/.test(value)
      ? value
      : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
