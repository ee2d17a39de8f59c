import { resolve } from "node:path";
import type { Config } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Problem } from "../domain/ports.ts";
import { redactSecrets } from "../domain/redact.ts";
import { type PageHit, searchPages } from "../memory/pages/find-pages.ts";
import { openPages } from "./runbooks.ts";

export type PageSearch = {
  /** The name of an alert, or words. */
  words: string;
  /** Labels of the alert. */
  labels: Readonly<Record<string, string>>;
  /** Instead of the configured folders; empty for these. */
  folders: readonly string[];
  limit: number;
  signal: AbortSignal;
};

/**
 * Searches a team's own pages as an analysis does for an alert. `hits`: best first; only the first has a certainty.
 *
 * @throws {IncidentError} CONFIG without folders, or if they hold no page.
 */
export async function findPagesFor(
  config: Pick<Config, "runbookPages">,
  { words, labels, folders, limit, signal }: PageSearch,
): Promise<{ pages: number; hits: PageHit[]; problems: Problem[] }> {
  const dirs = folders.length > 0 ? folders.map((dir) => resolve(dir)) : config.runbookPages;
  const library = openPages({ runbookPages: dirs });
  if (library === undefined)
    throw new IncidentError("CONFIG", "no folder of runbook pages is configured", {
      hint: "Set CAUSEWAY_RUNBOOK_PAGES or `runbooks.pages` to a folder of your pages, or name one with --folder.",
    });
  const problems: Problem[] = [];
  const shelf = await library.open({ signal, onProblem: (problem) => problems.push(problem) });
  if (shelf.parts.length === 0)
    throw new IncidentError("CONFIG", `there is no page in ${dirs.join(", ")}`, {
      hint:
        problems.map(({ source, what }) => `${source}: ${what}.`).join(" ") ||
        "Pages are .md, .adoc, .rst, .html or .txt.",
    });
  const name = words.trim().split(/\s+/).length === 1 ? words.trim() : null;
  const alert = { name, labels, annotations: name === null ? { summary: words } : {}, expr: "" };
  const hits = await searchPages(shelf, alert, limit, signal);
  return {
    pages: shelf.parts.length,
    hits: hits.map((hit) => ({ ...hit, title: redactSecrets(hit.title) })),
    problems,
  };
}
