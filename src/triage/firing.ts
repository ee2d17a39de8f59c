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

/** What one telling says of the episodes that are known: something new of one of them, that a new one began, or (null) nothing. */
export type FiringChange = { firing: AlertFiring; before: AlertFiring | null };

/**
 * Which episode a telling is about. The start says it, where the sender tells the same one each time. Otherwise: what says that an alert fires tells nothing
 * while it is known to, or while it was; and what says that it is over ends the last one that began before.
 *
 * @param known episodes of the same alert.
 */
export function applyUpdate(known: readonly AlertFiring[], told: AlertFiring): FiringChange | null {
  const before = known.find(({ startsAtMs }) => startsAtMs === told.startsAtMs) ?? holder(known, told);
  if (!before) return { firing: told, before: null };
  const merged = mergeUpdates(before, { ...told, startsAtMs: before.startsAtMs });
  // words that changed tell nothing by themselves: a summary often holds the value of the moment
  const isNews = merged.status !== before.status || merged.severity !== before.severity;
  return isNews ? { firing: merged, before } : null;
}

function holder(
  known: readonly AlertFiring[],
  told: Pick<AlertEvent, "status" | "startsAtMs" | "endsAtMs">,
): AlertFiring | undefined {
  // an end that came before its beginning was told knows no start but itself: what began before it is that one
  if (told.status !== "resolved")
    return known.find(
      ({ startsAtMs, endsAtMs }) =>
        (startsAtMs <= told.startsAtMs && told.startsAtMs <= (endsAtMs ?? Number.POSITIVE_INFINITY)) ||
        (endsAtMs === startsAtMs && told.startsAtMs < startsAtMs),
    );
  const overAtMs = told.endsAtMs ?? told.startsAtMs;
  return known
    .filter(({ status, startsAtMs }) => status !== "resolved" && startsAtMs <= overAtMs)
    .toSorted((a, b) => b.startsAtMs - a.startsAtMs)[0];
}
