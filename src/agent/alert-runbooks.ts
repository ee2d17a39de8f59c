import { IncidentError } from "../domain/errors.ts";
import type { Problem, RunbookPageSource } from "../domain/ports.ts";
import type { Runbook, RunbookLink, RunbookPage } from "../domain/runbook.ts";
import { pageTitle } from "../memory/runbook-document.ts";
import { namedRunbook } from "../remediation/named-runbook.ts";

/** Maximum number of pages fetched in one analysis, because alerts may link to any number. */
const MAX_PAGES = 5;

/** `runbook`: slug of the configured runbook that the address names. `title`: title of the page, if it was read. */
export type AlertRunbook = RunbookLink & { runbook: string | null; title: string | null };
/** `gone`: addresses without a page. `problems`: pages that could not be read. */
type ReadPages = { pages: RunbookPage[]; gone: string[]; problems: Problem[] };
/** The runbooks that alerts link to, and the pages that were read. */
export type AlertRunbooks = ReadPages & { links: AlertRunbook[] };

/**
 * Looks up the runbooks that alerts link to: first by name among the configured ones, then on pages that may be
 * fetched. A page that cannot be read is a problem, never an error.
 */
export async function alertRunbooks(
  alertLinks: readonly RunbookLink[],
  runbooks: readonly Runbook[],
  source: RunbookPageSource | null,
  signal?: AbortSignal,
): Promise<AlertRunbooks> {
  const placed = alertLinks.map((link) => ({
    ...link,
    runbook: namedRunbook(link.url, runbooks)?.slug ?? null,
    address: source?.allowed(link.url) ?? null,
  }));
  const addresses = new Set(
    placed.flatMap(({ runbook, address }) => (runbook === null && address !== null ? [address] : [])),
  );
  const read =
    source === null ? { pages: [], gone: [], problems: [] } : await readPages([...addresses], source, signal);
  const titles = new Map(read.pages.map((page) => [page.url, pageTitle(page)]));
  const links = placed.map(({ address, ...link }) => ({
    ...link,
    title: (address === null ? undefined : titles.get(address)) ?? null,
  }));
  // Known runbooks come first, because the report does not show all links.
  return { ...read, links: links.toSorted((a, b) => Number(isKnown(b)) - Number(isKnown(a))) };
}

/** Fetches the first pages in parallel. Results are in the order of the addresses. */
async function readPages(
  addresses: readonly string[],
  source: RunbookPageSource,
  signal?: AbortSignal,
): Promise<ReadPages> {
  const answers = await Promise.all(
    addresses.map(async (address, at) => {
      if (at >= MAX_PAGES) return { address, what: `not fetched: an analysis reads at most ${MAX_PAGES} pages` };
      try {
        const page = await source.fetchPage(address, signal);
        return page === null ? { address, isGone: true, what: "the server has no such page" } : { address, page };
      } catch (error) {
        if (error instanceof IncidentError) return { address, what: error.message };
        throw error;
      }
    }),
  );
  return {
    pages: answers.flatMap(({ page }) => page ?? []),
    gone: answers.flatMap(({ address, isGone }) => (isGone ? [address] : [])),
    problems: answers.flatMap(({ address, what }) =>
      what === undefined ? [] : [{ source: address, line: null, what }],
    ),
  };
}

const isKnown = ({ runbook, title }: AlertRunbook): boolean => runbook !== null || title !== null;

/** Recommends a linked runbook or page if no runbook treats the cause. Null if no link leads to a known one. */
export function linkHint(links: readonly AlertRunbook[]): string | null {
  const named = links.find(({ runbook }) => runbook !== null);
  if (named !== undefined) return `the alerts link to ${named.runbook}; it does not list this cause, but may help`;
  const read = links.find(({ title }) => title !== null);
  return read === undefined ? null : `the alerts link to "${read.title}" (${read.url}); read it`;
}
