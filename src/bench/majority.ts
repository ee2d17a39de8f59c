import type { Vocabulary } from "../domain/incident.ts";
import type { Oracle, Prediction } from "./formats.ts";
import { cardOf, labelOf } from "./labels.ts";

/** The causes of the answers, as cards of the catalogue: the most frequent first, then in alphabetical order. */
export function frequentCauses(oracles: readonly Oracle[]): string[] {
  const labelled = oracles.flatMap(({ faulty, cause }) => (faulty && cause != null ? [cardOf(cause)] : []));
  return [...Map.groupBy(labelled, (card) => card)]
    .toSorted(([a, ofA], [b, ofB]) => ofB.length - ofA.length || (a < b ? -1 : 1))
    .map(([card]) => card);
}

/**
 * Predictions that name the most frequent cause of other suites for which this suite has a label. Without one, the
 * cause stays as it is: the first that the suite lists.
 *
 * @param elsewhere answers of other suites. Those of the suite itself would fit the baseline to what it is scored on.
 */
export function withMajorityCause(
  predictions: ReadonlyMap<string, Prediction>,
  vocabularies: ReadonlyMap<string, Vocabulary>,
  elsewhere: readonly Oracle[],
): Map<string, Prediction> {
  const cards = frequentCauses(elsewhere);
  const causeIn = (vocabulary: Vocabulary, kind: string): string | null =>
    cards.map((card) => labelOf(card, kind, vocabulary)).find((label) => label !== null) ?? null;
  return new Map(
    [...predictions].map(([id, prediction]) => {
      const vocabulary = vocabularies.get(id);
      if (vocabulary === undefined) return [id, prediction];
      const ranking = prediction.ranking.map((place) => ({
        ...place,
        cause: causeIn(vocabulary, place.entityKind ?? "service") ?? place.cause,
      }));
      return [id, { ...prediction, ranking }];
    }),
  );
}
