import { neutral } from "./neutral.ts";

// Telemetry in markdown ends up in tickets and chats, where a log line may call people (@all), link to a page of its writer's or
// carry a tag. Renderers disagree on what a backslash stops: many turn bare addresses and mentions into links after they have
// resolved escapes. All of them leave code spans alone. So a word that is plain stays text, and any other becomes code.

/** A word, with the brackets and marks before and after it set apart. */
const SHELL = /^((?:(?![`@#&<>\\/])[\p{P}\p{S}])*)(.*?)((?:(?![`@#&<>\\/])[\p{P}\p{S}])*)$/u;
/** Letters, or a number with its unit: nothing in it can be markup, an address, or the name of a person or an issue. */
const PLAIN =
  /^(?:[\p{L}\p{M}]+(?:[-'’][\p{L}\p{M}]+)*|\d+(?:[.,]\d+)*\p{L}{0,2}|\d{1,2}:\d\d(?::\d\d)?|\d{4}-\d\d-\d\d)$/u;
/** What means something wherever it stands, and what does so only at the start: a list, a rule, a numbered list. */
const MARKUP = /[*_[\]~|$]/g;
const MARKUP_AT_START = /[*_[\]~|$\-+=.)]/g;

/** Text of somebody else's as inert markdown on one line: reads the same, and nothing in it is a link, a mention or a tag. */
export const inert = (text: string, maxLength?: number): string =>
  neutral(text, maxLength)
    .split(" ")
    .map((word, i) => {
      const [, before = "", core = "", after = ""] = SHELL.exec(word) ?? [];
      const escaped = (marks: string): string => marks.replace(i === 0 ? MARKUP_AT_START : MARKUP, String.raw`\$&`);
      return escaped(before) + (core === "" || PLAIN.test(core) ? core : code(core)) + escaped(after);
    })
    .join(" ");

/** A code span: longer quotes than any inside. An empty span cannot be written: empty text shows as "(empty)". */
export function code(text: string, maxLength?: number): string {
  const shown = neutral(text, maxLength);
  if (shown === "") return "(empty)";
  const quotes = "`".repeat(longestRun(shown) + 1);
  const pad = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return quotes + pad + shown + pad + quotes;
}

/** A fenced block of lines that are neutral already. */
export function fenced(language: string, lines: readonly string[]): string[] {
  const fence = "`".repeat(Math.max(3, ...lines.map((line) => longestRun(line) + 1)));
  return [fence + language, ...lines, fence];
}

const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
