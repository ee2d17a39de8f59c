import { proportion } from "./figures.ts";
import type { Prediction } from "./formats.ts";
import { judge, type Judged } from "./judge.ts";

type Place = Prediction["ranking"][number];

const sumOf = ({ votes }: Place, without: string | null): number =>
  Object.entries(votes ?? {}).reduce((sum, [name, value]) => (name === without ? sum : sum + value), 0);

/** The ranking by the votes of all rankers but one. Who has no vote left is not ranked. Ties stay in their order. */
export const rankedWithout = (ranking: readonly Place[], without: string | null): Place[] =>
  ranking.filter((place) => sumOf(place, without) > 0).toSorted((a, b) => sumOf(b, without) - sumOf(a, without));

/**
 * AC@1 by the votes of all rankers, and without each: the pipeline without one stage, computed from the votes that the
 * predictions hold. Only the ten places of a prediction can move, so it is an estimate. Empty with less than two
 * rankers.
 */
export function rankerLines(judged: readonly Judged[]): string[] {
  const names = new Set(
    judged.flatMap(({ prediction }) => (prediction?.ranking ?? []).flatMap(({ votes }) => Object.keys(votes ?? {}))),
  );
  if (names.size < 2) return [];
  const hits = (without: string | null): number | null =>
    proportion(
      judged.map(({ oracle, prediction }) =>
        prediction === undefined
          ? 0
          : (judge(oracle, { ...prediction, ranking: rankedWithout(prediction.ranking, without) }).ac[0] ?? 0),
      ),
    ).value;
  const all = hits(null) ?? 0;
  const parts = [...names].toSorted().map((name) => `${name} ${(hits(name) ?? 0).toFixed(3)}`);
  return [`  AC@1 from the votes of all rankers: ${all.toFixed(3)}; without one: ${parts.join(", ")}`];
}
