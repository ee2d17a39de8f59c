import type { PastCauses } from "../domain/hypothesis.ts";
import type { CauseMatch } from "./match-cause.ts";

/** What the past can add to a card's fit, at most: as much as one weak sign of the present. A cause that fits better than that stays first, whatever is remembered. */
export const MAX_PAST_FIT = 1.25;
/** Suspects whose votes differ by less than this share of the first's are not told apart by the evidence: only among these may the past choose, and the verdict stays open. */
export const NEAR_TIE = 0.01;
/** A share from which the past is named as a reason. */
const WORTH_NAMING = 0.2;

const pastOf = (past: readonly PastCauses[], entity: string): PastCauses | undefined =>
  past.find((said) => said.entity === entity);

/**
 * Puts before each other only those whom the present evidence does not tell apart: the one that had the cause it is suspected of now more often in incidents like this one.
 *
 * @param causeOf what a suspect's present evidence fits best.
 */
export function breakTies<S extends { id: string; score: number }>(
  suspects: readonly S[],
  past: readonly PastCauses[],
  causeOf: (suspect: S) => string,
): S[] {
  const [first] = suspects;
  if (!first || past.length === 0) return [...suspects];
  const tied = suspects.filter(({ score }) => score >= first.score * (1 - NEAR_TIE));
  const repeats = new Map(
    tied.map((suspect) => [
      suspect,
      pastOf(past, suspect.id)?.causes.find(({ cause }) => cause === causeOf(suspect))?.here ?? 0,
    ]),
  );
  return [...tied.toSorted((a, b) => (repeats.get(b) ?? 0) - (repeats.get(a) ?? 0)), ...suspects.slice(tied.length)];
}

/**
 * The cards that fit, the past weighed in: a card's fit + its share × `MAX_PAST_FIT`. Causes that nothing in the present speaks for are not among `matches`, and do not come in.
 */
export function preferPast(matches: readonly CauseMatch[], entity: string, past: readonly PastCauses[]): CauseMatch[] {
  const causes = pastOf(past, entity)?.causes ?? [];
  const shareOf = ({ cause }: CauseMatch): number => causes.find((said) => said.cause === cause)?.share ?? 0;
  return matches.toSorted((a, b) => b.fit + MAX_PAST_FIT * shareOf(b) - (a.fit + MAX_PAST_FIT * shareOf(a)));
}

/** Which incidents like this one had this cause, in words; nothing where hardly any did. */
export function pastReasons(entity: string, cause: string, past: readonly PastCauses[]): string[] {
  const said = pastOf(past, entity)?.causes.find((one) => one.cause === cause);
  return said === undefined || said.share < WORTH_NAMING
    ? []
    : [`incidents like this one had this cause: ${said.incidentIds.join(", ")}`];
}
