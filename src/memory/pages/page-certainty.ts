import { logOddsOf, sigmoid } from "../../stats/logistic.ts";
import calibration from "./page-certainty.json" with { type: "json" };
import { PAGE_SIGNS, type PageSigns } from "./page-signs.ts";

/** A page with its score and its signs: as they were measured, and relative to the best page. */
export type ScoredPage = { score: number; measured: PageSigns; signs: PageSigns };
/** How sure it is that a page is the one for an alert. */
export type PageCertainty = "very likely" | "likely";

/** Pages further down take no part of the probability. */
const RIVALS = 30;
/**
 * Lowest probabilities. Chosen on pages that were left out: half of the alerts had no page, see docs/benchmarks.md.
 */
const VERY_LIKELY = 0.7;
const LIKELY = 0.6;

/**
 * What tells whether the first of the ranked pages is the right one: its share of the probability among the first
 * pages, and by how many signs it is the best. The others say how well it fits by itself, because an alert
 * without a page has a best page too.
 *
 * @param ranked at least one page, best first.
 */
export function certaintyRow(ranked: readonly ScoredPage[]): number[] {
  const [best] = ranked;
  if (best === undefined) return [];
  const { measured, signs, score } = best;
  const odds = ranked.slice(0, RIVALS).reduce((sum, page) => sum + Math.exp(page.score - score), 0);
  return [
    1 / odds,
    PAGE_SIGNS.filter((sign) => signs[sign] === 1).length / PAGE_SIGNS.length,
    measured.vector,
    measured["texts in page"],
    measured["whole page name in alert name"],
  ];
}

/** The probability that the first of the ranked pages is the one for the alert. */
export const probabilityOf = (ranked: readonly ScoredPage[]): number =>
  ranked.length === 0 ? 0 : sigmoid(logOddsOf(calibration, certaintyRow(ranked)));

/** Null: too unsure to name the page. */
export function certaintyOf(probability: number): PageCertainty | null {
  if (probability >= VERY_LIKELY) return "very likely";
  return probability >= LIKELY ? "likely" : null;
}
