import { UNKNOWN_CAUSE } from "../domain/cause.ts";
import type { PastCauses } from "../domain/hypothesis.ts";
import type { IncidentDocument, Outcome } from "../domain/memory.ts";

/** Similar incidents that vote. More would blur the vote of the nearest. */
const NEIGHBOURS = 20;
/** Similarity counts squared, so that many weak matches do not outvote a close one. */
const SHARPNESS = 2;
/** Votes at which the memory is trusted by one half. One incident with similarity 0.5 has 0.25 votes. */
const HALF_TRUSTED = 0.5;
/** Incidents named as examples of a cause, at most. */
const NAMED = 3;

/**
 * Estimates the causes of similar past incidents. The 20 most similar vote, each with likeness² × credence. A cause's
 * share is relative to the votes it would get without any likeness (its part of all compared incidents), so that a
 * cause
 * does not win by being frequent. Few or unlike incidents give small shares.
 *
 * @param likeness likeness of each of `past` to the present around `entity`, in [0, 1], in order.
 * @param nowMs null to ignore age.
 */
export function pastCauses(
  entity: string,
  past: readonly IncidentDocument[],
  likeness: readonly number[],
  nowMs: number | null,
): PastCauses {
  const candidates = past
    .map((document, at) => ({ document, likeness: likeness[at] ?? 0, credence: credence(document, nowMs) }))
    .flatMap((one) =>
      one.document.cause === null || one.document.cause === UNKNOWN_CAUSE || one.credence === 0
        ? []
        : [{ ...one, cause: one.document.cause }],
    );
  const usual = sumBy(
    candidates,
    ({ cause }) => cause,
    (one) => one.credence,
  );
  const everything = total(usual) + usual.size; // smoothing: a cause seen once is not yet rare
  const near = candidates
    .toSorted((a, b) => b.likeness - a.likeness || (a.document.id < b.document.id ? -1 : 1))
    .slice(0, NEIGHBOURS)
    .filter((one) => one.likeness > 0);
  const vote = (one: (typeof near)[number]): number => one.likeness ** SHARPNESS * one.credence;
  const votes = sumBy(near, ({ cause }) => cause, vote);
  const cast = total(votes);
  if (cast === 0) return { entity, causes: [] };
  const surprise = new Map(
    [...votes].map(([cause, own]) => [cause, own / (((usual.get(cause) ?? 0) + 1) / everything)]),
  );
  const known = cast / (cast + HALF_TRUSTED);
  const causes = [...surprise]
    .map(([cause, more]) => ({
      cause,
      share: rounded((known * more) / total(surprise)),
      here: rounded(
        (known *
          near
            .filter((one) => one.cause === cause && one.document.entity === entity)
            .reduce((sum, one) => sum + vote(one), 0)) /
          cast,
      ),
      incidentIds: near
        .filter((one) => one.cause === cause)
        .slice(0, NAMED)
        .map(({ document }) => document.incidentId),
    }))
    .toSorted((a, b) => b.share - a.share || (a.cause < b.cause ? -1 : 1));
  return { entity, causes };
}

const rounded = (share: number): number => Number(share.toFixed(4));

function sumBy<T>(items: readonly T[], keyOf: (item: T) => string, valueOf: (item: T) => number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const item of items) sums.set(keyOf(item), (sums.get(keyOf(item)) ?? 0) + valueOf(item));
  return sums;
}

const total = (sums: ReadonlyMap<string, number>): number => [...sums.values()].reduce((sum, value) => sum + value, 0);

type Judged = Pick<IncidentDocument, "outcome" | "atMs">;

/**
 * Trust in a recorded cause by its outcome. No judgement counts less than a confirmation, but far more than "wrong".
 */
const TRUST: Readonly<Record<Outcome, number>> = { confirmed: 1, corrected: 1, unknown: 0.6, wrong: 0 };
/** Weight for showing an incident. One with a wrong cause is still worth showing: people see what it was not. */
const SHOWN: Readonly<Record<Outcome, number>> = { confirmed: 1, corrected: 1, unknown: 0.8, wrong: 0.3 };

const DAY_MS = 86_400_000;
/** Systems change: an incident half a year ago counts half. */
const HALF_LIFE_MS = 180 * DAY_MS;
/** Least freshness: a rare incident matters when it happens again after years. */
const LEAST_FRESH = 0.4;

/** `nowMs` null ignores age. A time in the future counts as now. */
const freshness = ({ atMs }: Judged, nowMs: number | null): number =>
  nowMs === null ? 1 : Math.max(LEAST_FRESH, 2 ** (-Math.max(0, nowMs - atMs) / HALF_LIFE_MS));

/** Weight in [0, 1] of a past incident as evidence for its cause. */
export const credence = (past: Judged, nowMs: number | null): number => TRUST[past.outcome] * freshness(past, nowMs);
/** Weight in (0, 1] of a past incident when incidents are ordered for people. */
export const outcomeWeight = (past: Judged, nowMs: number | null): number =>
  SHOWN[past.outcome] * freshness(past, nowMs);
/** Trust in its recorded cause, ignoring age. */
export const causeTrust = ({ outcome }: Judged): number => TRUST[outcome];
