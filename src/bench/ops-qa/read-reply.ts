import { letterOf, MOST_OPTIONS } from "./question.ts";

/** Positions of the chosen options as shown, ascending, or why the reply is no answer. */
export type ReadReply = { chosen: readonly number[] } | { unreadable: string };

/**
 * Reads a reply strictly: `B`, `A,C`, `AC`, `(B)`, `B. <the text of option B>`, `Answer: B` on one line, or JSON such
 * as
 * `{"answer": ["A", "C"]}`. What comes before `</think>` is skipped. Any other reply is unreadable: a letter
 * somewhere in a sentence is no answer.
 *
 * @param options the options in the order in which they were shown.
 */
export function readReply(reply: string, options: readonly string[]): ReadReply {
  const text = withoutThoughts(reply);
  if (text === "") return { unreadable: "empty" };
  const found = jsonAnswer(text) ?? listAnswer(text) ?? quotedOption(text, options) ?? lineAnswers(text, options);
  if (found === null) return { unreadable: "no answer in a known form" };
  if (found === "several") return { unreadable: "several answers that differ" };
  const chosen = [...new Set(found)].map((letter) => letter.charCodeAt(0) - 65).toSorted((a, b) => a - b);
  if (chosen.length === 0) return { unreadable: "no letter" };
  if (chosen.some((index) => index >= options.length)) return { unreadable: "a letter that no option has" };
  return { chosen };
}

const END_OF_THOUGHTS = "</think>";
const FENCE = "```";

function withoutThoughts(reply: string): string {
  const end = reply.lastIndexOf(END_OF_THOUGHTS);
  const text = (end === -1 ? reply : reply.slice(end + END_OF_THOUGHTS.length)).trim();
  if (!text.startsWith(FENCE) || !text.endsWith(FENCE) || text.length < 2 * FENCE.length) return text;
  const inner = text.slice(FENCE.length, -FENCE.length);
  return inner.replace(/^(?:json|text)?\s/, "").trim();
}

/** Longer texts and lines are no answer; the patterns below take quadratic time on them. */
const LONGEST_LIST = 200;
const LONGEST_LINE = 2000;
const SEPARATOR = String.raw`(?:\s*[,，、;&/]\s*(?:and\s+)?|\s+and\s+|\s*和\s*)`;
const ONE = String.raw`[("'\[*]*([A-Za-z])[)"'\]*]*`;
const LIST = new RegExp(
  String.raw`^${ONE}(?:${SEPARATOR}${ONE.replace("([A-Za-z])", "[A-Za-z]")}){0,25}\s*[.。)]?[*)]*$`,
);
const LETTER = /(?<![A-Za-z])[A-Za-z](?![A-Za-z])/g;

/** A whole text that is only letters: alone, separated, or run together as ascending capitals. */
function listAnswer(text: string): string[] | null {
  const words = text.trim();
  if (words.length > LONGEST_LIST) return null;
  if (LIST.test(words)) return (words.match(LETTER) ?? []).map((letter) => letter.toUpperCase());
  const [, together] = /^[*(]*([A-Z]{2,26})[*).]*$/.exec(words) ?? [];
  if (together === undefined) return null;
  const letters = [...together];
  return letters.every((letter, at) => at === 0 || letter > (letters[at - 1] ?? "")) ? letters : null;
}

const AnswerKeys = ["answer", "answers"] as const;

function jsonAnswer(text: string): string[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return lettersIn(value) ?? lettersIn(fieldOf(value));
}

/** The value of `answer` or `answers`, unless both are there. */
function fieldOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const found = Object.entries(value).filter(([name]) => AnswerKeys.some((key) => key === name.toLowerCase()));
  return found.length === 1 ? found[0]?.[1] : undefined;
}

function lettersIn(value: unknown): string[] | null {
  if (typeof value === "string") return listAnswer(value);
  if (!Array.isArray(value) || value.length > MOST_OPTIONS) return null;
  const lists = value.map((one) => (typeof one === "string" && one.trim().length === 1 ? listAnswer(one) : null));
  return lists.some((list) => list === null) ? null : lists.flatMap((list) => list ?? []);
}

const folded = (text: string): string =>
  text
    .replaceAll(/[\s*]+/g, " ")
    .trim()
    .replace(/[.。]$/, "")
    .toLowerCase();

/** A letter with the text of its own option. */
function quotedOption(text: string, options: readonly string[]): string[] | null {
  const index = options.findIndex((option, at) => {
    const [, letter, rest = ""] = /^[*(]*([A-Z])[*)]*\s*[.:)、：]\s*([\s\S]+)$/.exec(text) ?? [];
    return letter === letterOf(at) && folded(rest) === folded(option);
  });
  return index === -1 ? null : [letterOf(index)];
}

const ANSWER_LINE =
  /^[\s*#>]*(?:so,?\s+)?(?:the\s+)?(?:(?:correct|right|final|best)\s+)?(?:answers?|答案)\s*\**\s*(?:is|are|是|为)?\s*[:：]?\s*\**\s*(\S.*)$/i;

/** Lines such as `Answer: B`. All of them must agree. */
function lineAnswers(text: string, options: readonly string[]): string[] | "several" | null {
  const answers = text.split("\n").flatMap((line) => {
    const [, rest] = line.length > LONGEST_LINE ? [] : (ANSWER_LINE.exec(line.trim()) ?? []);
    const letters = rest === undefined ? null : (listAnswer(rest) ?? quotedOption(rest, options));
    return letters === null ? [] : [letters];
  });
  const distinct = new Set(answers.map((letters) => [...new Set(letters)].toSorted().join(",")));
  if (distinct.size > 1) return "several";
  return answers[0] ?? null;
}
