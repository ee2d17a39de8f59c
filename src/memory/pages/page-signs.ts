import type { AlertQuestion } from "./alert-question.ts";
import { type Boosts, gramsOf, type IndexedPage, type PageIndex } from "./page-index.ts";

/** What speaks for a page, each from 0 to 1. */
export const PAGE_SIGNS = [
  "name in head",
  "title in page",
  "description in page",
  "texts in page",
  "labels in page",
  "names the alert",
  "named like the service",
  "page name in alert",
  "whole page name in alert name",
  "begins alike",
  "letters",
  "vector",
] as const;
export type PageSign = (typeof PAGE_SIGNS)[number];
export type PageSigns = Readonly<Record<PageSign, number>>;

const HEAD: Boosts = { name: 3, folders: 1, title: 2, anchors: 1 };
const PAGE: Boosts = { ...HEAD, title: 3, headings: 2, links: 1, body: 1, code: 0.5 };
/** Shorter names of alerts occur in any text. */
const MIN_NAME_CHARS = 6;

/** Signs whose size compares only within one alert and one collection. */
const RELATIVE: ReadonlySet<PageSign> = new Set([
  "name in head",
  "title in page",
  "description in page",
  "texts in page",
  "labels in page",
  "letters",
  "vector",
]);

/**
 * Signs of each page of the index, in its order, each as it was measured.
 *
 * @param likeness of each page's vector and the alert's, from -1 to 1.
 */
export function measuredSigns(index: PageIndex, question: AlertQuestion, likeness: readonly number[]): PageSigns[] {
  const { nameWords, titleWords, descriptionWords, valueWords, services, bareName } = question;
  const { pages } = index;
  const alertWords = new Set([...nameWords, ...titleWords]);
  const ownWords = new Set(nameWords);
  const [lead] = nameWords;
  const shared = gramsOf(question.text);
  const columns: Record<PageSign, readonly number[]> = {
    "name in head": index.bm25(nameWords, HEAD),
    "title in page": index.bm25(titleWords, PAGE),
    "description in page": index.bm25(descriptionWords, PAGE),
    "texts in page": index.bm25([...alertWords, ...descriptionWords], PAGE),
    "labels in page": index.bm25(valueWords, PAGE),
    "names the alert": pages.map(({ bareText }) =>
      Number(bareName.length >= MIN_NAME_CHARS && bareText.includes(bareName)),
    ),
    "named like the service": pages.map((page) => Number(page.bareName !== "" && services.has(page.bareName))),
    "page name in alert": pages.map(({ nameWords: words }) => shareOf(words, alertWords, index.idf)),
    "whole page name in alert name": pages.map(({ nameWords: words }) =>
      Number(words.size > 0 && [...words].every((word) => ownWords.has(word))),
    ),
    "begins alike": pages.map(({ nameWords: words, fields }) =>
      Number(lead !== undefined && (words.has(lead) || fields.folders.times.has(lead))),
    ),
    letters: pages.map((page) => gramLikeness(page, shared, index)),
    vector: likeness.map((one) => Math.max(0, one)),
  };
  return pages.map(
    (_, at) => Object.fromEntries(PAGE_SIGNS.map((sign) => [sign, columns[sign][at] ?? 0])) as PageSigns,
  );
}

/** Signs from 0 to 1: where sizes compare only within one alert, the best page gets 1. */
export function relativeSigns(measured: readonly PageSigns[]): PageSigns[] {
  const best = new Map(
    [...RELATIVE].map((sign) => [sign, measured.reduce((most, one) => Math.max(most, one[sign]), 0)]),
  );
  return measured.map(
    (one) =>
      Object.fromEntries(
        PAGE_SIGNS.map((sign) => {
          const most = best.get(sign);
          return [sign, most === undefined ? one[sign] : most > 0 ? one[sign] / most : 0];
        }),
      ) as PageSigns,
  );
}

function shareOf(words: ReadonlySet<string>, wanted: ReadonlySet<string>, idf: (word: string) => number): number {
  let [all, found] = [0, 0];
  for (const word of words) {
    all += idf(word);
    if (wanted.has(word)) found += idf(word);
  }
  return all === 0 ? 0 : found / all;
}

function gramLikeness({ grams }: IndexedPage, wanted: ReadonlySet<string>, { gramIdf }: PageIndex): number {
  let [length, found] = [0, 0];
  for (const gram of grams) {
    const weight = gramIdf(gram) ** 2;
    length += weight;
    if (wanted.has(gram)) found += weight;
  }
  return length === 0 ? 0 : found / Math.sqrt(length);
}
