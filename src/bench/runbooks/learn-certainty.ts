import { certaintyRow } from "../../memory/pages/page-certainty.ts";
import { type PageSigns, relativeSigns } from "../../memory/pages/page-signs.ts";
import { scoreOf } from "../../memory/pages/rank-pages.ts";
import { fitLogistic, type Logistic, logOddsOf, sigmoid } from "../../stats/logistic.ts";
import { fitWeights, type RankingCase, type SignWeights } from "./fit-weights.ts";

const FOLDS = 6;
const RIDGE = 0.1;
const AT_LEAST = [0.5, 0.6, 0.7, 0.8] as const;

/** The best page of one alert. `isThere`: the collection holds the right page. `group`: the page that is right. */
type Answer = { group: string; weight: number; row: number[]; isThere: boolean; isRight: boolean };
type Named = Answer & { probability: number };
/**
 * At one limit: `coverage`, the share of alerts with a page that get one named; `precision`, the share of those that is
 * right; `falselyNamed`, the share of alerts whose page was left out that get another one named. Macro over pages.
 */
export type CertaintyRow = { on: string; atLeast: number; coverage: number; precision: number; falselyNamed: number };

/**
 * Learns how sure the best page is, from each alert twice: with its page in the collection and with it left out. The
 * figures are of pages that neither the signs' weights nor this were learned on.
 */
export function learnCertainty(
  collections: Readonly<Record<string, readonly RankingCase[]>>,
  weights: SignWeights,
): { certainty: Logistic; rows: CertaintyRow[] } {
  const all = Object.values(collections).flat();
  const groups = [...new Set(all.map(({ group }) => group))].toSorted();
  const partOf = (group: string): number => groups.indexOf(group) % FOLDS;
  const named = new Map<string, Named[]>(Object.keys(collections).map((name) => [name, []]));
  for (let part = 0; part < FOLDS; part += 1) {
    const others = all.filter(({ group }) => partOf(group) !== part);
    const byOthers = fitWeights(others);
    const certainty = fitted(others.flatMap((one) => answersOf(one, byOthers)));
    for (const [name, cases] of Object.entries(collections))
      for (const answer of cases
        .filter(({ group }) => partOf(group) === part)
        .flatMap((one) => answersOf(one, byOthers)))
        named.get(name)?.push({ ...answer, probability: sigmoid(logOddsOf(certainty, answer.row)) });
  }
  return {
    // learned with the published weights of the signs
    certainty: fitted(all.flatMap((one) => answersOf(one, weights))),
    rows: [...named].flatMap(([on, answers]) => AT_LEAST.map((atLeast) => rowAt(on, answers, atLeast))),
  };
}

const fitted = (answers: readonly Answer[]): Logistic =>
  fitLogistic(
    answers.map(({ row }) => row),
    answers.map(({ isRight }) => Number(isRight)),
    { ridge: RIDGE, caseWeights: answers.map(({ weight }) => weight) },
  );

function answersOf({ group, weight, measured, right }: RankingCase, weights: SignWeights): Answer[] {
  const best = (places: readonly number[], isThere: boolean): Answer[] => {
    const signs = relativeSigns(places.flatMap((at) => measured[at] ?? []));
    const ranked = signs
      .map((one, order) => ({
        at: places[order] ?? 0,
        score: scoreOf(one, weights),
        signs: one,
        measured: measured[places[order] ?? 0] as PageSigns,
      }))
      .toSorted((a, b) => b.score - a.score);
    const [first] = ranked;
    return first === undefined
      ? []
      : [{ group, weight, row: certaintyRow(ranked), isThere, isRight: isThere && right.has(first.at) }];
  };
  const places = [...measured.keys()];
  return [
    ...best(places, true),
    ...best(
      places.filter((at) => !right.has(at)),
      false,
    ),
  ];
}

function rowAt(on: string, answers: readonly Named[], atLeast: number): CertaintyRow {
  const share = (of: readonly Named[], holds: (one: Named) => boolean): number =>
    sumOf(of.filter(holds)) / (sumOf(of) || 1);
  const isNamed = ({ probability }: Named): boolean => probability >= atLeast;
  const there = answers.filter(({ isThere }) => isThere);
  return {
    on,
    atLeast,
    coverage: share(there, isNamed),
    precision: share(there.filter(isNamed), ({ isRight }) => isRight),
    falselyNamed: share(
      answers.filter(({ isThere }) => !isThere),
      isNamed,
    ),
  };
}

const sumOf = (answers: readonly Named[]): number => answers.reduce((sum, { weight }) => sum + weight, 0);
