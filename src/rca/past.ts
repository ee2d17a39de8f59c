import type { PastCauses } from "../domain/hypothesis.ts";
import type { CauseMatch } from "./match-cause.ts";

/**
 * Most that past incidents add to a card's fit: as much as one weak finding. A cause that leads by more stays first,
 * whatever the memory holds.
 */
export const MAX_PAST_FIT = 1.25;
/**
 * Suspects within this share of the first's votes are tied. Only among tied suspects may the past choose, and the
 * verdict stays inconclusive.
 */
export const NEAR_TIE = 0.01;
/** Least share for the past to be named as a reason. */
const WORTH_NAMING = 0.2;

const pastOf = (past: readonly PastCauses[], entity: string): PastCauses | undefined =>
  past.find((one) => one.entity === entity);

/**
 * Reorders tied suspects only: first the one that had its present cause most often in similar past incidents.
 *
 * @param causeOf the cause that fits a suspect's present evidence best.
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
 * Reorders matched cards by fit + share of past incidents × `MAX_PAST_FIT`. A cause without present evidence is not
 * among
 * `matches`, so the past cannot bring it in.
 */
export function preferPast(matches: readonly CauseMatch[], entity: string, past: readonly PastCauses[]): CauseMatch[] {
  const causes = pastOf(past, entity)?.causes ?? [];
  const shareOf = ({ cause }: CauseMatch): number => causes.find((one) => one.cause === cause)?.share ?? 0;
  return matches.toSorted((a, b) => b.fit + MAX_PAST_FIT * shareOf(b) - (a.fit + MAX_PAST_FIT * shareOf(a)));
}

/** Names similar past incidents with this cause, as a reason; none if their share is small. */
export function pastReasons(entity: string, cause: string, past: readonly PastCauses[]): string[] {
  const known = pastOf(past, entity)?.causes.find((one) => one.cause === cause);
  return known === undefined || known.share < WORTH_NAMING
    ? []
    : [`similar past incidents had this cause: ${known.incidentIds.join(", ")}`];
}
