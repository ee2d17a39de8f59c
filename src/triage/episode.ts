import { type AlertEvent, Severity } from "../domain/alert-event.ts";

/** One firing of one alert, however often it was told of. `groupKeys`: what its senders group it under, ascending; none where they do not group. */
export type AlertFiring = AlertEvent & { groupKeys: readonly string[] };

/** Worst last. */
export const BY_SEVERITY = Severity.options.toReversed();
const STAGES: readonly AlertEvent["status"][] = ["firing", "suppressed", "acknowledged", "resolved"];

/** An alert fires again with a new start; what tells of the same start tells of the same episode. */
export const firingKey = ({ startsAtMs, fingerprint }: Pick<AlertEvent, "startsAtMs" | "fingerprint">): string =>
  `${startsAtMs}\u0000${fingerprint}`;

export const inOrder = (a: AlertFiring, b: AlertFiring): number =>
  a.startsAtMs - b.startsAtMs || (a.fingerprint < b.fingerprint ? -1 : a.fingerprint > b.fingerprint ? 1 : 0);

const further = <T>(order: readonly T[], a: T, b: T): T => (order.indexOf(b) > order.indexOf(a) ? b : a);
const wordsOf = ({ summary, labels, links }: AlertEvent): string => JSON.stringify([summary, labels, links]);

/** Two tellings of one episode as one, whichever came first: what is over stays over, the worst that was said stands. */
export function mergeUpdates(a: AlertFiring, b: AlertFiring): AlertFiring {
  const told = wordsOf(a) <= wordsOf(b) ? a : b;
  const ends = [a.endsAtMs, b.endsAtMs].filter((endsAtMs) => endsAtMs !== null);
  return {
    ...told,
    status: further(STAGES, a.status, b.status),
    severity: further(BY_SEVERITY, a.severity, b.severity),
    endsAtMs: ends.length === 0 ? null : Math.max(...ends),
    groupKeys: [...new Set([...a.groupKeys, ...b.groupKeys])].toSorted(),
  };
}

export const firingOf = (event: AlertEvent, groupKey: string | null): AlertFiring => ({
  ...event,
  groupKeys: groupKey === null ? [] : [groupKey],
});

/** When the last of them ended, Unix milliseconds; null while one has not. */
export function endOf(firings: readonly AlertFiring[]): number | null {
  if (firings.some(({ status }) => status !== "resolved")) return null;
  return firings.reduce(
    (latest, { startsAtMs, endsAtMs }) => Math.max(latest, endsAtMs ?? startsAtMs),
    Number.NEGATIVE_INFINITY,
  );
}
