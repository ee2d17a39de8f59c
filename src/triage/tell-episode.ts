import type { AlertEvent } from "../domain/alert-event.ts";
import { type AlertFiring, mergeUpdates } from "./episode.ts";

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
