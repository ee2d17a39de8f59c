import { type RunbookDocument, runbookKey } from "../domain/memory.ts";
import { redactPersonal } from "../domain/redact-personal.ts";
import type { Runbook, RunbookPage } from "../domain/runbook.ts";
import { contentHash } from "./document.ts";

const MAX_TEXT_CHARS = 20_000;

/** A runbook as search finds it, by all its words; masked, as a runbook may hold a command with somebody's address. @param atMs when it was read, Unix milliseconds. */
export function runbookDocument(
  { name, slug, description, causes, steps, body, origin }: Runbook,
  tenant: string,
  atMs: number,
): RunbookDocument {
  const lines = [
    name.replaceAll("-", " "),
    description,
    causes.map((cause) => cause.replaceAll("_", " ")).join(" "),
    ...steps.map(({ title }) => title),
    body,
  ];
  const told = {
    title: name,
    text: redactPersonal(lines.join("\n")).slice(0, MAX_TEXT_CHARS),
    source: origin,
    causes: [...causes],
    services: [],
  };
  return { kind: "runbook", id: runbookKey(tenant, slug), tenant, ...told, atMs, contentHash: contentHash(told) };
}

/** A page that alerts point to, by all its words, masked; known by its address. @param atMs when it was read, Unix milliseconds. */
export function pageDocument(page: RunbookPage, tenant: string, atMs: number): RunbookDocument {
  const told = {
    title: redactPersonal(pageTitle(page)),
    text: redactPersonal(page.text.slice(0, MAX_TEXT_CHARS)),
    source: page.url,
    causes: [],
    services: [],
  };
  return { kind: "runbook", id: runbookKey(tenant, page.url), tenant, ...told, atMs, contentHash: contentHash(told) };
}

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
