import { createHash } from "node:crypto";

/** The letter of an option by its index, which is below 26: 0 is A. */
export const letterOf = (index: number): string => String.fromCharCode(65 + index);
export const lettersOf = (indices: readonly number[]): string => indices.map(letterOf).join(",");

export const MOST_OPTIONS = 26;

/** What a layout reads of one entry. `options`: at least two. */
export type ReadQuestion = {
  id: string;
  stem: string;
  options: readonly string[];
  /** Indices of the right options, ascending, at least one. */
  right: readonly number[];
  /** Field and value, as the file has them; a question may have several values of a field. */
  categories: readonly (readonly [field: string, value: string])[];
};

/** `key`: a hash of stem, options and right answer, the same in every run. `file`: the name of its file. */
export type ChoiceQuestion = ReadQuestion & { key: string; file: string };

/** An entry that is a question, an entry that cannot be scored with the reason, or null: not of this layout. */
export type LayoutEntry = { question: ReadQuestion } | { leftOut: string } | null;

export const keyOf = ({ stem, options, right }: ReadQuestion): string =>
  createHash("sha256")
    .update(JSON.stringify([stem, options, right]))
    .digest("hex")
    .slice(0, 24);

/** Fields that hold a category of a question: a text or a list of texts. */
const CATEGORY_FIELDS = ["subject", "topic", "task", "ability", "language", "domain", "category", "difficulty"];

export function categoriesOf(entry: Readonly<Record<string, unknown>>): [string, string][] {
  return CATEGORY_FIELDS.flatMap((field) => {
    const value = Object.hasOwn(entry, field) ? entry[field] : undefined;
    const values = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
    const named = new Set(values.map((one) => one.trim()).filter((one) => one !== ""));
    return [...named].map((one): [string, string] => [field, one]);
  });
}

/**
 * The right options as a file writes them: `C`, `C,D`, `CD` or `["C", "D"]`. Null when it is no list of letters, such
 * as the answer to an open question.
 */
export function readRight(answer: unknown): number[] | null {
  const text = Array.isArray(answer) ? answer.map(String).join(",") : answer;
  if (typeof text !== "string" || !/^\s*[A-Z](?:[\s,，、;]*[A-Z])*[\s.]*$/.test(text)) return null;
  const letters = new Set(text.match(/[A-Z]/g));
  return [...letters].map((letter) => letter.charCodeAt(0) - 65).toSorted((a, b) => a - b);
}

/** A question, or why it has no single right answer. */
export function checkedQuestion(read: Omit<ReadQuestion, "right"> & { right: readonly number[] | null }): LayoutEntry {
  const { right, ...rest } = read;
  const { stem, options } = rest;
  if (right === null) return { leftOut: "the answer is no letter: an open question" };
  if (stem.trim() === "" || options.some((option) => option.trim() === ""))
    return { leftOut: "the question or an option is empty" };
  if (options.length > MOST_OPTIONS) return { leftOut: `more than ${MOST_OPTIONS} options` };
  if (new Set(options.map((option) => option.trim())).size < options.length)
    return { leftOut: "two options are the same" };
  if (right.some((index) => index >= options.length))
    return { leftOut: "the answer names an option that is not there" };
  return { question: { ...rest, right } };
}
