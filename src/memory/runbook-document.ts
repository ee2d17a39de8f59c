import { type RunbookDocument, runbookKey } from "../domain/memory.ts";
import { redactPersonal } from "../domain/redact-personal.ts";
import type { Runbook, RunbookPage } from "../domain/runbook.ts";
import { contentHash } from "./document.ts";

const MAX_TEXT_CHARS = 20_000;

/**
 * A runbook as a search document with all its words. Masked: a runbook may hold a command with a personal address.
 *
 * @param atMs when it was read, Unix milliseconds.
 */
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
  const content = {
    title: name,
    text: redactPersonal(lines.join("\n")).slice(0, MAX_TEXT_CHARS),
    source: origin,
    causes: [...causes],
    services: [],
  };
  return { kind: "runbook", id: runbookKey(tenant, slug), tenant, ...content, atMs, contentHash: contentHash(content) };
}

/**
 * A page that alerts link to, as a search document with all its words, masked. Its address identifies it.
 *
 * @param atMs when it was read, Unix milliseconds.
 */
export function pageDocument(page: RunbookPage, tenant: string, atMs: number): RunbookDocument {
  const content = {
    title: redactPersonal(pageTitle(page)),
    text: redactPersonal(page.text.slice(0, MAX_TEXT_CHARS)),
    source: page.url,
    causes: [],
    services: [],
  };
  return {
    kind: "runbook",
    id: runbookKey(tenant, page.url),
    tenant,
    ...content,
    atMs,
    contentHash: contentHash(content),
  };
}

const MAX_CHARS = 120;

/** A page's title: its first Markdown heading outside code, or the last part of its address. */
export function pageTitle({ url, text }: RunbookPage): string {
  let isCode = false;
  for (const whole of text.split(/\r?\n/)) {
    const line = whole.slice(0, 4 * MAX_CHARS); // trimming long lines is slow
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
