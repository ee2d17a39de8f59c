import { type RunbookDocument, runbookKey } from "../domain/memory.ts";
import { redactPersonal } from "../domain/redact-personal.ts";
import type { Runbook, RunbookPage } from "../domain/runbook.ts";
import { contentHash } from "./content-hash.ts";
import { pageTitle } from "./page-title.ts";

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
