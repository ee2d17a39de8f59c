import type { Embedder } from "../../domain/memory.ts";
import type { PageFile } from "../../domain/runbook.ts";
import { type AlertText, alertQuestion } from "./alert-question.ts";
import { indexPages, type PageIndex, wordsOfPage } from "./page-index.ts";
import type { ScoredPage } from "./page-certainty.ts";
import { measuredSigns, PAGE_SIGNS, type PageSign, type PageSigns, relativeSigns } from "./page-signs.ts";
import weights from "./page-weights.json" with { type: "json" };
import { pageWords } from "./page-words.ts";
import { type PageParts, readPages } from "./read-page.ts";

/** Pages that are ready to be searched. `parts`: as they were read, in the order of the index. */
export type PageShelf = {
  index: PageIndex;
  parts: readonly PageParts[];
  vectors: readonly Float32Array[];
  embedder: Embedder;
};
/** `score`: in log-odds against the other pages; compares only within one alert. */
export type RankedPage = { id: string } & ScoredPage;
type Weights = Readonly<Record<PageSign, number>>;

/** @throws {IncidentError} UNAVAILABLE when the embedder is a server that is down. */
export async function openShelf(
  files: readonly PageFile[],
  embedder: Embedder,
  signal?: AbortSignal,
): Promise<PageShelf> {
  const parts = readPages(files);
  const index = indexPages(parts);
  return { index, parts, vectors: await embedder.embed(index.pages.map(wordsOfPage), signal), embedder };
}

/** What speaks for each page as the one for an alert, as it was measured. */
export async function measuredFor(
  { index, vectors, embedder }: PageShelf,
  alert: AlertText,
  signal?: AbortSignal,
): Promise<PageSigns[]> {
  const question = alertQuestion(alert);
  const [vector] = await embedder.embed([pageWords(question.text).join(" ")], signal);
  return measuredSigns(
    index,
    question,
    vectors.map((page) => cosine(page, vector)),
  );
}

/**
 * Ranks pages by how likely each is the one for an alert, best first; equal ones by id. The weights were learned on
 * public collections of runbooks and alert rules; see docs/benchmarks.md.
 */
export async function rankPages(shelf: PageShelf, alert: AlertText, signal?: AbortSignal): Promise<RankedPage[]> {
  const measured = await measuredFor(shelf, alert, signal);
  return relativeSigns(measured)
    .map((signs, at) => ({
      id: shelf.index.pages[at]?.id ?? "",
      score: scoreOf(signs, weights),
      signs,
      measured: measured[at] as PageSigns,
    }))
    .toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

export const scoreOf = (signs: PageSigns, by: Weights): number =>
  PAGE_SIGNS.reduce((sum, sign) => sum + by[sign] * signs[sign], 0);

const cosine = (a: Float32Array, b: Float32Array | undefined): number => {
  if (b === undefined) return 0;
  const length = Math.hypot(...a) * Math.hypot(...b);
  return length === 0 ? 0 : a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0) / length;
};
