import { hashedWords } from "../../memory/hashed-words.ts";
import { relativeSigns } from "../../memory/pages/page-signs.ts";
import { measuredFor, openShelf } from "../../memory/pages/rank-pages.ts";
import { fitWeights, macroRecall, rankOfRight, type RankingCase, type SignWeights } from "./fit-weights.ts";
import type { RunbookAnswer, RunbookSuite } from "./read-suite.ts";

const FOLDS = 6;
const AT = [1, 3, 5] as const;
export type PageRecallRow = { learned: string; on: string; recall: Record<string, number> };

/** The cases of a collection, to learn from. */
export async function casesOf(
  { pages, queries }: RunbookSuite,
  answers: readonly RunbookAnswer[],
): Promise<RankingCase[]> {
  const shelf = await openShelf(pages, hashedWords);
  const place = new Map(shelf.index.pages.map(({ id }, at) => [id, at]));
  const answerOf = new Map(answers.map((answer) => [answer.id, answer]));
  const size = Map.groupBy(answers, ({ group }) => group);
  const cases: RankingCase[] = [];
  for (const { id, alert } of queries) {
    const answer = answerOf.get(id);
    if (answer === undefined) continue;
    const measured = await measuredFor(shelf, alert);
    cases.push({
      group: answer.group,
      weight: 1 / (size.get(answer.group)?.length ?? 1),
      measured,
      signs: relativeSigns(measured),
      right: new Set(answer.pages.flatMap((page) => place.get(page) ?? [])),
    });
  }
  return cases;
}

/** Learns on all collections; and says what is reached on pages, and on collections, that were not learned from. */
export function learn(collections: Readonly<Record<string, readonly RankingCase[]>>): {
  weights: SignWeights;
  rows: PageRecallRow[];
} {
  const names = Object.keys(collections);
  const others = (name: string): RankingCase[] =>
    names.filter((one) => one !== name).flatMap((one) => collections[one] ?? []);
  const weights = fitWeights(Object.values(collections).flat());
  const rows = Object.entries(collections).flatMap(([on, cases]) => {
    const byOthers = others(on).length === 0 ? null : fitWeights(others(on));
    return [
      rowOf(
        "all of both",
        on,
        cases,
        cases.map((one) => rankOfRight(one, weights)),
      ),
      rowOf(`other pages (${FOLDS} parts)`, on, cases, withoutOwnPage(cases, others(on))),
      ...(byOthers === null
        ? []
        : [
            rowOf(
              "the other collection",
              on,
              cases,
              cases.map((one) => rankOfRight(one, byOthers)),
            ),
          ]),
    ];
  });
  return { weights, rows };
}

function withoutOwnPage(cases: readonly RankingCase[], others: readonly RankingCase[]): number[] {
  const groups = [...new Set(cases.map(({ group }) => group))].toSorted();
  const partOf = (one: RankingCase): number => groups.indexOf(one.group) % FOLDS;
  const weights = Array.from({ length: FOLDS }, (_, part) =>
    fitWeights([...cases.filter((one) => partOf(one) !== part), ...others]),
  );
  return cases.map((one) => rankOfRight(one, weights[partOf(one)] as SignWeights));
}

const rowOf = (
  learned: string,
  on: string,
  cases: readonly RankingCase[],
  ranks: readonly number[],
): PageRecallRow => ({
  learned,
  on,
  recall: Object.fromEntries(AT.map((k) => [`R@${k}`, macroRecall(cases, ranks, k)])),
});
