import { mean } from "../stats/mean.ts";
import { type Proportion, proportion } from "./figures.ts";
import type { Oracle, Prediction } from "./formats.ts";
import { type OpenRcaElements, readScoringPoints, scoreOpenRca } from "./scorers/openrca.ts";

/** `correct`: all points of a query. `partial`: mean share of the points. */
export type OpenRcaTable = { correct: Proportion; partial: number };

/** OpenRCA's times are local times of UTC+8. */
const OFFSET_MS = 8 * 3_600_000;

const localTime = (iso: string): string =>
  new Date(Date.parse(iso) + OFFSET_MS).toISOString().slice(0, "YYYY-MM-DDTHH:MM:SS".length).replace("T", " ");

/**
 * OpenRCA's answer to a query with n failures, which the query tells: the first n of the ranking, each at the onset
 * that was found, because one analysis finds one onset.
 */
export function openRcaAnswer(
  { ranking, onset }: Pick<Prediction, "ranking" | "onset">,
  failures: number,
): OpenRcaElements[] {
  return ranking.slice(0, failures).map(({ entity, cause }) => ({
    component: entity,
    reason: cause ?? null,
    time: onset == null ? null : localTime(onset),
  }));
}

/** The score of the cases whose answers hold OpenRCA's scoring points (`notes.scoringPoints`); null if none does. */
export function openRcaTable(
  oracles: readonly Oracle[],
  predictions: ReadonlyMap<string, Prediction>,
): OpenRcaTable | null {
  const scored = oracles.flatMap(({ id, notes }) => {
    const points: unknown = notes?.scoringPoints;
    const truths = typeof points === "string" ? readScoringPoints(points) : [];
    if (truths.length === 0) return [];
    return [scoreOpenRca(openRcaAnswer(predictions.get(id) ?? { ranking: [], onset: null }, truths.length), truths)];
  });
  if (scored.length === 0) return null;
  return {
    correct: proportion(scored.map(({ isCorrect }) => Number(isCorrect))),
    partial: mean(scored.map(({ score }) => score)) ?? 0,
  };
}

/** One line, as OpenRCA publishes it. */
export const openRcaLines = (table: OpenRcaTable | null): string[] => {
  if (table === null) return [];
  const { value, n, low, high } = table.correct;
  const [share, from, to] = [value, low, high].map((one) => (one ?? 0).toFixed(3));
  return [`OpenRCA: correct ${share} [${from}, ${to}], n=${n}; mean share of the points ${table.partial.toFixed(3)}`];
};
