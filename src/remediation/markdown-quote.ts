import { oneLine } from "./one-line.ts";

/**
 * Quotes untrusted text for Markdown: one line in a code span, where no markup, HTML or link is interpreted, with a
 * fence
 * of more backticks than any run inside.
 *
 * @see CommonMark 0.31, 6.1 Code spans.
 */
export function codeSpan(text: string, maxChars = 300): string {
  const shown = oneLine(text, maxChars);
  if (shown === "") return "(empty)";
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}
