import { categoriesOf, checkedQuestion, type LayoutEntry, letterOf, readRight } from "./question.ts";

export const OPSEVAL_SHAPE =
  'OpsEval: {"id", "question", "choices": ["…", "…"], "answer": "C" or "C,D"}, or without choices, when the lines of ' +
  '"question" hold them as "A. …", "B. …"';

/**
 * An entry of OpsEval. Its wired-network set lists the options in `choices`; its database set writes them as lines of
 * the question; its open questions have neither, and are left out.
 *
 * @see https://github.com/NetManAIOps/OpsEval-Datasets
 */
export function readOpsEval(entry: Readonly<Record<string, unknown>>, at: number): LayoutEntry {
  const { id, question, choices, answer } = entry;
  if (typeof question !== "string" || !("answer" in entry)) return null;
  const right = readRight(answer);
  const name = typeof id === "string" || typeof id === "number" ? String(id) : `#${at + 1}`;
  const rest = { id: name, categories: categoriesOf(entry), right };
  if (Array.isArray(choices) && choices.length > 0) {
    if (!choices.every((choice) => typeof choice === "string")) return null;
    if (choices.length < 2) return { leftOut: "fewer than two options" };
    return checkedQuestion({ ...rest, stem: question.trim(), options: withoutLetters(choices) });
  }
  if (right === null) return { leftOut: "the answer is no letter: an open question" };
  const inText = optionsInText(question);
  if (inText === null) return { leftOut: "the options are not clear: no lines A, B, C … in order" };
  return checkedQuestion({ ...rest, ...inText });
}

/** Some files write each option with its letter: "A. …". */
function withoutLetters(choices: readonly string[]): string[] {
  const hasLetters = choices.every((choice, at) => new RegExp(`^\\s*${letterOf(at)}\\s*[.:、．)）：]`).test(choice));
  return choices.map((choice) => (hasLetters ? choice.replace(/^\s*[A-Z]\s*[.:、．)）：]/, "") : choice).trim());
}

const OPTION_LINE = /^\s*([A-Z])\s*[.、．)）]\s*(.*)$/;

/**
 * Splits a question whose lines from some line on are `A. …`, `B. …` and so on. Other lines there continue an option.
 *
 * @returns null unless each letter stands at the start of one line, in order.
 */
export function optionsInText(text: string): { stem: string; options: string[] } | null {
  const stem: string[] = [];
  const options: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, letter, words = ""] = OPTION_LINE.exec(line) ?? [];
    if (letter !== undefined) {
      if (letter !== letterOf(options.length)) return null;
      options.push(words);
    } else if (options.length === 0) stem.push(line);
    else options.push(`${options.pop() ?? ""}\n${line}`);
  }
  if (options.length < 2) return null;
  return { stem: stem.join("\n").trim(), options: options.map((option) => option.trim()) };
}
