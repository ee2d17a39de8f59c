import { webAddress } from "../domain/web-address.ts";
import { neutral } from "./neutral.ts";

// Markdown with telemetry ends up in tickets and chats. There a log line could mention people (@all), link to an
// attacker's page or carry a tag. Renderers disagree on what a backslash stops: many turn bare addresses and mentions
// into links after they resolve escapes. All of them leave code spans alone. So plain words stay text, and any other
// word becomes code.

/** A word, apart from the brackets and marks before and after it. */
const SHELL = /^((?:(?![`@#&<>\\/])[\p{P}\p{S}])*)(.*?)((?:(?![`@#&<>\\/])[\p{P}\p{S}])*)$/u;
/** Letters, or a number with its unit. Neither can be markup, an address, or the name of a person or an issue. */
const PLAIN =
  /^(?:[\p{L}\p{M}]+(?:[-'’][\p{L}\p{M}]+)*|\d+(?:[.,]\d+)*\p{L}{0,2}|\d{1,2}:\d\d(?::\d\d)?|\d{4}-\d\d-\d\d)$/u;
/** Marks that are markup anywhere, and marks that are markup only at the start: a list, a rule, a numbered list. */
const MARKUP = /[*_[\]~|$]/g;
const MARKUP_AT_START = /[*_[\]~|$\-+=.)]/g;

/**
 * Writes somebody else's text as inert markdown on one line. It reads the same, and nothing in it is a link, a mention
 * or a tag.
 */
export const inert = (text: string, maxLength?: number): string =>
  neutral(text, maxLength)
    .split(" ")
    .map((word, i) => {
      const [before, core, after] = withBrackets(SHELL.exec(word) ?? []);
      const escaped = (marks: string): string => marks.replace(i === 0 ? MARKUP_AT_START : MARKUP, String.raw`\$&`);
      return escaped(before) + (core === "" || PLAIN.test(core) ? core : code(core)) + escaped(after);
    })
    .join(" ");

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Moves a bracket into the core that holds its partner: "Latency(s" and ")" become "Latency(s)". */
function withBrackets([, before = "", core = "", after = ""]: readonly string[]): [string, string, string] {
  const count = (mark: string): number => core.split(mark).length - 1;
  for (const [open, close] of Object.entries(CLOSING)) {
    if (after.startsWith(close) && count(open) > count(close))
      return withBrackets(["", before, core + close, after.slice(1)]);
    if (before.endsWith(open) && count(close) > count(open))
      return withBrackets(["", before.slice(0, -1), open + core, after]);
  }
  return [before, core, after];
}

/**
 * A code span with more backticks than any run inside. Markdown has no empty span, so empty text shows as "(empty)".
 */
export function code(text: string, maxLength?: number): string {
  const shown = neutral(text, maxLength);
  if (shown === "") return "(empty)";
  const quotes = "`".repeat(longestRun(shown) + 1);
  const pad = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return quotes + pad + shown + pad + quotes;
}

/** A fenced block. The lines must be safe to show already. */
export function fenced(language: string, lines: readonly string[]): string[] {
  const fence = "`".repeat(Math.max(3, ...lines.map((line) => longestRun(line) + 1)));
  return [fence + language, ...lines, fence];
}

const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

/** A link with our own words. Null for an address that is none, or that a reader could mistake. */
export function markdownLink(words: string, address: string | null): string | null {
  const safe = address === null ? null : webAddress(address);
  return safe === null ? null : `[${words}](${safe})`;
}
