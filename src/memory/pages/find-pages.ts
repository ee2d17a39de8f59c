import { sectionFor } from "./page-section.ts";
import type { AlertText } from "./alert-question.ts";
import { certaintyOf, type PageCertainty, probabilityOf } from "./page-certainty.ts";
import { type PageShelf, rankPages } from "./rank-pages.ts";

/**
 * A page for alerts. `title`: as the page has it, else its name. `section`: the fragment of the part that is about the
 * first alert; null for the whole page. `alerts`: names of the alerts that it is for, the surest first.
 */
export type FoundPage = {
  id: string;
  title: string;
  section: string | null;
  alerts: string[];
  probability: number;
  certainty: PageCertainty;
};

/** Without a certainty the page is too unsure to be named to somebody who did not search for it. */
export type PageHit = Omit<FoundPage, "alerts" | "certainty"> & { certainty: PageCertainty | null };

/** The best pages for one alert, best first. Only the first has a probability; the others were not it. */
export async function searchPages(
  shelf: PageShelf,
  alert: AlertText,
  limit: number,
  signal?: AbortSignal,
): Promise<PageHit[]> {
  const ranked = await rankPages(shelf, alert, signal);
  const parts = new Map(shelf.parts.map((one) => [one.id, one]));
  return ranked.slice(0, limit).map(({ id }, at) => {
    const page = parts.get(id);
    const probability = at === 0 ? probabilityOf(ranked) : 0;
    return {
      id,
      title: (page?.title || page?.name || id).slice(0, MAX_TITLE_CHARS).toWellFormed(),
      section: page === undefined ? null : sectionFor(page, alert.name ?? ""),
      probability,
      certainty: certaintyOf(probability),
    };
  });
}

const MAX_TITLE_CHARS = 120;

/**
 * The pages for the alerts of an incident: the best one of each alert, if it is sure enough, each page once. A page
 * that several alerts agree on comes before one that a single alert is as sure of; agreement makes none surer, because
 * alerts of one incident often share their words.
 */
export async function findPages(
  shelf: PageShelf,
  alerts: readonly AlertText[],
  signal?: AbortSignal,
): Promise<FoundPage[]> {
  const hits: { name: string; hit: PageHit & { certainty: PageCertainty } }[] = [];
  for (const alert of alerts) {
    signal?.throwIfAborted();
    const [hit] = await searchPages(shelf, alert, 1, signal);
    const { certainty = null } = hit ?? {};
    if (hit !== undefined && certainty !== null) hits.push({ name: alert.name ?? "", hit: { ...hit, certainty } });
  }
  const total = (of: typeof hits): number => of.reduce((sum, { hit }) => sum + hit.probability, 0);
  return [...Map.groupBy(hits, ({ hit }) => hit.id).values()]
    .toSorted((a, b) => total(b) - total(a))
    .flatMap((same) => {
      const [first, ...others] = same.toSorted((a, b) => b.hit.probability - a.hit.probability);
      return first === undefined
        ? []
        : [{ ...first.hit, alerts: [...new Set([first, ...others].map(({ name }) => name))] }];
    });
}
