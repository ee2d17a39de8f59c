import { UNKNOWN_CAUSE } from "../domain/cause.ts";
import type { PastCauses } from "../domain/hypothesis.ts";
import type { IncidentDocument, Outcome } from "../domain/memory.ts";

/** More neighbours blur what the nearest say. */
const NEIGHBOURS = 20;
/** Likeness counts squared: many faint ones must not outvote a near one. */
const SHARPNESS = 2;
/** Votes that a memory must muster to be believed half: one incident that is half alike has a quarter of one. */
const HALF_BELIEVED = 0.5;
/** Incidents that say so are named, at most so many. */
const NAMED = 3;

/**
 * What incidents like this one turned out to be. The 20 most alike vote, each with likeness² × credence; a cause's share is its votes over what they would be if likeness told
 * nothing (its part of all that were compared), so that the most frequent cause does not win by being frequent; and few or unlike witnesses share out little.
 *
 * @param likeness of each of `past` to the present around `entity`, in [0, 1], in order.
 * @param nowMs null: age counts for nothing.
 */
export function pastCauses(
  entity: string,
  past: readonly IncidentDocument[],
  likeness: readonly number[],
  nowMs: number | null,
): PastCauses {
  const witnesses = past
    .map((document, at) => ({ document, likeness: likeness[at] ?? 0, credence: credence(document, nowMs) }))
    .flatMap((one) =>
      one.document.cause === null || one.document.cause === UNKNOWN_CAUSE || one.credence === 0
        ? []
        : [{ ...one, cause: one.document.cause }],
    );
  const usual = sumBy(
    witnesses,
    ({ cause }) => cause,
    (one) => one.credence,
  );
  const everything = total(usual) + usual.size; // a cause seen once is not yet rare
  const near = witnesses
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
  const known = cast / (cast + HALF_BELIEVED);
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

/** How far a recorded cause is believed. Silence is no failure: it counts for less than a person's word, and for far more than a person's "wrong". */
const BELIEVED: Readonly<Record<Outcome, number>> = { confirmed: 1, corrected: 1, unknown: 0.6, wrong: 0 };
/** What was found stays worth showing when its cause was wrong: a person then sees what it was not. */
const SHOWN: Readonly<Record<Outcome, number>> = { confirmed: 1, corrected: 1, unknown: 0.8, wrong: 0.3 };

const DAY_MS = 86_400_000;
/** Systems change: an incident of half a year ago counts half. */
const HALF_LIFE_MS = 180 * DAY_MS;
/** What happens once in years is worth most when it happens again. */
const LEAST_FRESH = 0.4;

/** `nowMs` null: age counts for nothing. A time to come is taken for now. */
const freshness = ({ atMs }: Judged, nowMs: number | null): number =>
  nowMs === null ? 1 : Math.max(LEAST_FRESH, 2 ** (-Math.max(0, nowMs - atMs) / HALF_LIFE_MS));

/** Weight in [0, 1] of a past incident as a witness of its cause. */
export const credence = (past: Judged, nowMs: number | null): number => BELIEVED[past.outcome] * freshness(past, nowMs);
/** Weight in (0, 1] of a past incident in the order in which people are shown them. */
export const outcomeWeight = (past: Judged, nowMs: number | null): number =>
  SHOWN[past.outcome] * freshness(past, nowMs);
/** How far its recorded cause is believed, whatever its age. */
export const believed = ({ outcome }: Judged): number => BELIEVED[outcome];
