import type { Embedder } from "../../domain/memory.ts";
import { type AlertText, alertQuestion } from "./alert-question.ts";
import { indexPages, type PageIndex, wordsOfPage } from "./page-index.ts";
import { PAGE_SIGNS, type PageSign, type PageSigns, pageSigns } from "./page-signs.ts";
import weights from "./page-weights.json" with { type: "json" };
import { pageWords } from "./page-words.ts";
import { type PageFile, readPages } from "./read-page.ts";

/** Pages that are ready to be searched. */
export type PageShelf = { index: PageIndex; vectors: readonly Float32Array[]; embedder: Embedder };
/** `score`: in log-odds against the other pages; compares only within one alert. */
export type RankedPage = { id: string; score: number; signs: PageSigns };
type Weights = Readonly<Record<PageSign, number>>;

/** @throws {IncidentError} UNAVAILABLE when the embedder is a server that is down. */
export async function openShelf(
  files: readonly PageFile[],
  embedder: Embedder,
  signal?: AbortSignal,
): Promise<PageShelf> {
  const index = indexPages(readPages(files));
  return { index, vectors: await embedder.embed(index.pages.map(wordsOfPage), signal), embedder };
}

/** What speaks for each page as the one for an alert. */
export async function signsFor(
  { index, vectors, embedder }: PageShelf,
  alert: AlertText,
  signal?: AbortSignal,
): Promise<PageSigns[]> {
  const question = alertQuestion(alert);
  const [vector] = await embedder.embed([pageWords(question.text).join(" ")], signal);
  return pageSigns(
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
  const signs = await signsFor(shelf, alert, signal);
  return signs
    .map((one, at) => ({ id: shelf.index.pages[at]?.id ?? "", score: scoreOf(one, weights), signs: one }))
    .toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

export const scoreOf = (signs: PageSigns, by: Weights): number =>
  PAGE_SIGNS.reduce((sum, sign) => sum + by[sign] * signs[sign], 0);

const cosine = (a: Float32Array, b: Float32Array | undefined): number => {
  if (b === undefined) return 0;
  const length = Math.hypot(...a) * Math.hypot(...b);
  return length === 0 ? 0 : a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0) / length;
};
