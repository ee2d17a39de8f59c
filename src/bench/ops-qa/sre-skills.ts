import { z } from "zod";
import { categoriesOf, checkedQuestion, type LayoutEntry, letterOf, readRight } from "./question.ts";

export const SRE_SKILLS_SHAPE =
  'SRE-skills-bench: {"input": [{"role", "content"}, …], "ideal": "B"}, where the last message holds lines "Choice A:", ' +
  '"Choice B:" …';

const Entry = z.looseObject({
  input: z.array(z.looseObject({ role: z.string(), content: z.string() })).min(1),
  ideal: z.union([z.string(), z.array(z.string())]),
});

/**
 * An entry of SRE-skills-bench: a chat whose last message holds the task and its choices. What its system message says
 * comes before the task. Entries that want a text are left out.
 *
 * @see https://github.com/Rootly-AI-Labs/SRE-skills-bench
 */
export function readSreSkills(entry: Readonly<Record<string, unknown>>, at: number): LayoutEntry {
  const read = Entry.safeParse(entry);
  if (!read.success) return null;
  const { input, ideal, id } = read.data;
  const texts = input.map(({ content }) => content);
  const split = splitChoices(texts.at(-1) ?? "");
  const right = readRight(ideal);
  if (split === null)
    return {
      leftOut:
        right === null ? "no choices: a task that wants a text" : "the lines Choice A:, Choice B: … are not clear",
    };
  const stem = [...texts.slice(0, -1), split.stem].map((text) => text.trim()).filter((text) => text !== "");
  return checkedQuestion({
    id: typeof id === "string" || typeof id === "number" ? String(id) : `#${at + 1}`,
    stem: stem.join("\n\n"),
    options: split.options,
    right,
    categories: categoriesOf(entry),
  });
}

/** The line before each choice. */
const CHOICE_LINE = /^Choice ([A-Z]):[ \t]*$/gm;

/** Without the rules of three dashes that the layout writes after the task and after each choice. */
function withoutRules(text: string): string {
  const lines = text.split("\n");
  while (lines.length > 0 && ["", "---"].includes(lines.at(-1)?.trim() ?? "")) lines.pop();
  return lines.join("\n").trim();
}

/** @returns null unless there are at least two such lines, each letter once and in order. */
export function splitChoices(text: string): { stem: string; options: string[] } | null {
  const plain = text.replaceAll("\r\n", "\n");
  const lines = [...plain.matchAll(CHOICE_LINE)];
  if (lines.length < 2 || lines.some(([, letter], at) => letter !== letterOf(at))) return null;
  const options = lines.map(({ 0: line, index }, at) =>
    withoutRules(plain.slice(index + line.length, lines[at + 1]?.index)),
  );
  return { stem: withoutRules(plain.slice(0, lines[0]?.index)), options };
}
