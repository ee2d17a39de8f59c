import type { RunbookPage } from "../domain/runbook.ts";

const MAX_CHARS = 120;

/** What a page calls itself: its first Markdown heading outside code; without one the last part of its address. */
export function pageTitle({ url, text }: RunbookPage): string {
  let isCode = false;
  for (const whole of text.split(/\r?\n/)) {
    const line = whole.slice(0, 4 * MAX_CHARS); // trimming is not linear in the length
    if (/^ {0,3}(?:```|~~~)/.test(line)) isCode = !isCode;
    const heading = isCode
      ? ""
      : (/^ {0,3}#{1,6}[ \t]+(.*)$/.exec(line)?.[1] ?? "").replace(/[ \t]+#*[ \t]*$/, "").trim();
    if (heading !== "") return heading.slice(0, MAX_CHARS).toWellFormed();
  }
  return (
    new URL(url).pathname
      .split("/")
      .findLast((part) => part !== "")
      ?.slice(0, MAX_CHARS) ?? url
  );
}
