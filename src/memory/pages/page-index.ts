import { bareName, pageWords } from "./page-words.ts";
import type { PageParts } from "./read-page.ts";

const FIELDS = ["name", "folders", "title", "headings", "anchors", "links", "body", "code"] as const;
type Field = (typeof FIELDS)[number];
export type Boosts = Partial<Record<Field, number>>;

type Counts = { times: ReadonlyMap<string, number>; length: number };
/** A page with counted words. `bareText`: all of it without separators. `grams`: runs of letters of name and title. */
export type IndexedPage = {
  id: string;
  fields: Record<Field, Counts>;
  nameWords: ReadonlySet<string>;
  bareName: string;
  bareText: string;
  grams: ReadonlySet<string>;
};

export type PageIndex = {
  pages: readonly IndexedPage[];
  /** Inverse document frequency of a word, and of a run of letters, in nats. */
  idf(word: string): number;
  gramIdf(gram: string): number;
  /**
   * BM25F of each page, as a share of what a page with every word everywhere would get.
   *
   * @see Robertson, Zaragoza, Taylor, Simple BM25 Extension to Multiple Weighted Fields, CIKM 2004.
   */
  bm25(words: Iterable<string>, boosts: Boosts): number[];
};

const K1 = 1.2;
const B = 0.75;
const GRAM = 4;

export function indexPages(parts: readonly PageParts[]): PageIndex {
  const pages = parts.map(indexed);
  const average = Object.fromEntries(
    FIELDS.map((field) => [field, pages.reduce((sum, page) => sum + page.fields[field].length, 0) / pages.length || 1]),
  ) as Record<Field, number>;
  const frequency = documentFrequency(
    pages.map(({ fields }) => FIELDS.flatMap((one) => [...fields[one].times.keys()])),
  );
  const gramFrequency = documentFrequency(pages.map(({ grams }) => grams));
  const idfOf = (found: number): number => Math.log(1 + (pages.length - found + 0.5) / (found + 0.5));
  const idf = (word: string): number => idfOf(frequency.get(word) ?? 0);
  const weightIn = ({ fields }: IndexedPage, word: string, boosts: Boosts): number =>
    FIELDS.reduce((sum, field) => {
      const { times, length } = fields[field];
      const count = times.get(word);
      const boost = boosts[field];
      return count === undefined || boost === undefined
        ? sum
        : sum + (boost * count) / (1 + B * (length / average[field] - 1));
    }, 0);
  return {
    pages,
    idf,
    gramIdf: (gram) => idfOf(gramFrequency.get(gram) ?? 0),
    bm25(words, boosts) {
      const query = [...new Set(words)];
      const most = query.reduce((sum, word) => sum + idf(word), 0);
      return pages.map((page) => {
        const score = query.reduce((sum, word) => {
          const weight = weightIn(page, word, boosts);
          return sum + (idf(word) * weight * (K1 + 1)) / (K1 + weight);
        }, 0);
        return most === 0 ? 0 : score / most;
      });
    },
  };
}

function documentFrequency(sets: readonly Iterable<string>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const set of sets) for (const word of new Set(set)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function counted(text: string): Counts {
  const words = pageWords(text);
  const times = new Map<string, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  return { times, length: words.length };
}

function indexed(parts: PageParts): IndexedPage {
  const { id, folders, name, title } = parts;
  const texts = { ...parts, folders: folders.join("\n") };
  return {
    id,
    fields: Object.fromEntries(FIELDS.map((field) => [field, counted(texts[field])])) as Record<Field, Counts>,
    nameWords: new Set(pageWords(name)),
    bareName: bareName(name),
    bareText: FIELDS.map((field) => bareName(texts[field])).join("\n"),
    grams: gramsOf([...folders, name, title].join(" ")),
  };
}

/** Runs of four letters, across words: they match compounds and spellings that words miss. */
export function gramsOf(text: string): Set<string> {
  const split = text.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  const line = ` ${split.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
  return new Set(Array.from({ length: Math.max(0, line.length - GRAM + 1) }, (_, at) => line.slice(at, at + GRAM)));
}

/** All words of a page, each as often as it occurs, for an embedder. */
export const wordsOfPage = ({ fields }: IndexedPage): string =>
  FIELDS.flatMap((field) => [...fields[field].times].flatMap(([word, times]) => Array<string>(times).fill(word))).join(
    " ",
  );
