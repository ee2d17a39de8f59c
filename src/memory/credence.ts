import type { IncidentDocument, Outcome } from "../domain/memory.ts";

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
export const outcomeWeight = (past: Judged, nowMs: number | null): number => SHOWN[past.outcome] * freshness(past, nowMs);
/** How far its recorded cause is believed, whatever its age. */
export const believed = ({ outcome }: Judged): number => BELIEVED[outcome];
