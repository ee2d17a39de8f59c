import { IncidentError } from "../domain/errors.ts";
import type { Problem, RunbookPageSource } from "../domain/ports.ts";
import type { Runbook, RunbookLink, RunbookPage } from "../domain/runbook.ts";
import { pageTitle } from "../memory/page-title.ts";
import { namedRunbook } from "../remediation/named-runbook.ts";

/** Pages that one analysis asks for: alerts may name as many as they like. */
const MAX_PAGES = 5;

/** `runbook`: slug of the configured one that the address names. `title`: of the page, where it was read. */
export type AlertRunbook = RunbookLink & { runbook: string | null; title: string | null };
/** What alerts point to. `gone`: addresses where nothing is any more. `problems`: pages that could not be had. */
export type AlertRunbooks = { links: AlertRunbook[]; pages: RunbookPage[]; gone: string[]; problems: Problem[] };

/** Looks up what alerts point to: among the configured runbooks by name, else on the pages that may be asked for, side by side. Never throws for a page that cannot be had. */
export async function alertRunbooks(links: readonly RunbookLink[], runbooks: readonly Runbook[], source: RunbookPageSource | null, signal?: AbortSignal): Promise<AlertRunbooks> {
  const known = links.map((link) => ({ ...link, runbook: namedRunbook(link.url, runbooks)?.slug ?? null, address: source?.allowed(link.url) ?? null }));
  const addresses = [...new Set(known.flatMap(({ runbook, address }) => (runbook === null && address !== null ? [address] : [])))];
  const problems: Problem[] = addresses.slice(MAX_PAGES).map((address) => ({ source: address, line: null, what: `not asked for, after ${MAX_PAGES} others` }));
  const pages: RunbookPage[] = [];
  const gone: string[] = [];
  await Promise.all(addresses.slice(0, MAX_PAGES).map(async (address) => {
    const problem = (what: string): void => void problems.push({ source: address, line: null, what });
    try {
      const page = await source?.fetchPage(address, signal);
      if (page) pages.push(page);
      else {
        gone.push(address);
        problem("nothing is there");
      }
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      problem(error.message);
    }
  }));
  const titles = new Map(pages.map((page) => [page.url, pageTitle(page)]));
  return {
    links: known.map(({ address, ...link }) => ({ ...link, title: (address === null ? undefined : titles.get(address)) ?? null })),
    pages: pages.toSorted((a, b) => (a.url < b.url ? -1 : 1)),
    gone,
    problems: problems.toSorted((a, b) => (a.source < b.source ? -1 : 1)),
  };
}

/** What the plan says of them where no runbook treats the cause; null where they lead to nothing that was read. */
export function pointedWords(links: readonly AlertRunbook[]): string | null {
  const named = links.find(({ runbook }) => runbook !== null);
  if (named !== undefined) return `the alerts point to ${named.runbook}: read it, it does not say that it treats this`;
  const read = links.find(({ title }) => title !== null);
  return read === undefined ? null : `the alerts point to "${read.title}", ${read.url}: read it`;
}
