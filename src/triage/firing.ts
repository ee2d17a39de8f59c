import { type AlertEvent, Severity } from "../domain/alert-event.ts";

/**
 * One firing of an alert with all its updates. `groupKeys`: the senders' group keys, ascending; empty if they do not
 * group.
 */
export type AlertFiring = AlertEvent & { groupKeys: readonly string[] };

/** Severities, worst last. */
export const BY_SEVERITY = Severity.options.toReversed();
const STAGES: readonly AlertEvent["status"][] = ["firing", "suppressed", "acknowledged", "resolved"];

/** Identifies a firing: updates with the same start are about the same firing; a new start is a new firing. */
export const firingKey = ({ startsAtMs, fingerprint }: Pick<AlertEvent, "startsAtMs" | "fingerprint">): string =>
  `${startsAtMs}\u0000${fingerprint}`;

export const inOrder = (a: AlertFiring, b: AlertFiring): number =>
  a.startsAtMs - b.startsAtMs || (a.fingerprint < b.fingerprint ? -1 : a.fingerprint > b.fingerprint ? 1 : 0);

const further = <T>(order: readonly T[], a: T, b: T): T => (order.indexOf(b) > order.indexOf(a) ? b : a);
const wordsOf = ({ summary, labels, links }: AlertEvent): string => JSON.stringify([summary, labels, links]);

/**
 * Merges two updates of one firing, in any order. The later status and the worst severity win, so that a resolved
 * firing
 * stays resolved.
 */
export function mergeUpdates(a: AlertFiring, b: AlertFiring): AlertFiring {
  const chosen = wordsOf(a) <= wordsOf(b) ? a : b;
  const ends = [a.endsAtMs, b.endsAtMs].filter((endsAtMs) => endsAtMs !== null);
  return {
    ...chosen,
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

/** When the last firing ended, Unix milliseconds; null while one still fires. */
export function endOf(firings: readonly AlertFiring[]): number | null {
  if (firings.some(({ status }) => status !== "resolved")) return null;
  return firings.reduce(
    (latest, { startsAtMs, endsAtMs }) => Math.max(latest, endsAtMs ?? startsAtMs),
    Number.NEGATIVE_INFINITY,
  );
}

/** A firing that an update began (`before` null) or changed. */
export type FiringChange = { firing: AlertFiring; before: AlertFiring | null };

/**
 * Applies an update to the firing it belongs to: the one with the same start, if the sender repeats the start.
 * Otherwise
 * a firing update within a known firing is a repeat, and a resolved update ends the last firing that began before it.
 *
 * @param known firings of the same alert.
 * @returns null if the update changes nothing.
 */
export function applyUpdate(known: readonly AlertFiring[], update: AlertFiring): FiringChange | null {
  const before = known.find(({ startsAtMs }) => startsAtMs === update.startsAtMs) ?? holder(known, update);
  if (!before) return { firing: update, before: null };
  const merged = mergeUpdates(before, { ...update, startsAtMs: before.startsAtMs });
  // A changed summary alone is no change: it often holds the current value.
  const isNews = merged.status !== before.status || merged.severity !== before.severity;
  return isNews ? { firing: merged, before } : null;
}

function holder(
  known: readonly AlertFiring[],
  update: Pick<AlertEvent, "status" | "startsAtMs" | "endsAtMs">,
): AlertFiring | undefined {
  // A resolved update that arrived first has only its end as its start: a firing that began before it is the same one.
  if (update.status !== "resolved")
    return known.find(
      ({ startsAtMs, endsAtMs }) =>
        (startsAtMs <= update.startsAtMs && update.startsAtMs <= (endsAtMs ?? Number.POSITIVE_INFINITY)) ||
        (endsAtMs === startsAtMs && update.startsAtMs < startsAtMs),
    );
  const overAtMs = update.endsAtMs ?? update.startsAtMs;
  return known
    .filter(({ status, startsAtMs }) => status !== "resolved" && startsAtMs <= overAtMs)
    .toSorted((a, b) => b.startsAtMs - a.startsAtMs)[0];
}
