import { hashedWords } from "../../memory/hashed-words.ts";
import { openShelf, rankPages } from "../../memory/pages/rank-pages.ts";
import type { RunbookSuite } from "./read-suite.ts";

const MOST = 10;

/** Ranks the pages of a collection for each of its alerts, at most ten, best first. */
export async function rankSuite({ pages, queries }: RunbookSuite): Promise<{ id: string; ranking: string[] }[]> {
  const shelf = await openShelf(pages, hashedWords);
  const rankings = [];
  for (const { id, alert } of queries) {
    const ranked = await rankPages(shelf, alert);
    rankings.push({ id, ranking: ranked.slice(0, MOST).map((page) => page.id) });
  }
  return rankings;
}
