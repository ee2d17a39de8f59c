import type { Alert } from "../domain/telemetry.ts";
import { type AlertReading, readAlert } from "./alert-reading.ts";

/**
 * Identifies what an alert reports, apart from its entity. A call that an entity makes to itself is another kind than
 * a call from outside.
 */
export const alertKind = ({ signal, name, direction, message, entity, peer }: Alert): string =>
  [
    signal,
    signal === "trace" ? (message ?? name) : name,
    direction ?? "",
    signal !== "trace" || (peer !== null && peer !== entity) ? "" : "inner",
  ].join("/");

/**
 * Alert kinds of one alert set: for each entity, the kinds that it raises and their readings. Counts within a kind add
 * little and are not kept.
 */
export type AlertTally = ReadonlyMap<string, ReadonlyMap<string, AlertReading>>;

export function tallyAlerts(alerts: readonly Alert[]): AlertTally {
  const tally = new Map<string, Map<string, AlertReading>>();
  for (const alert of alerts) {
    const kinds = tally.get(alert.entity) ?? new Map<string, AlertReading>();
    tally.set(alert.entity, kinds);
    const kind = alertKind(alert);
    if (!kinds.has(kind)) kinds.set(kind, readAlert(alert));
  }
  return tally;
}

/** Counts the sets that hold each (entity, kind). */
export function countSets(tallies: readonly AlertTally[]): (entity: string, kind: string) => number {
  const counts = new Map<string, Map<string, number>>();
  for (const tally of tallies) {
    for (const [entity, kinds] of tally) {
      const known = counts.get(entity) ?? new Map<string, number>();
      counts.set(entity, known);
      for (const kind of kinds.keys()) known.set(kind, (known.get(kind) ?? 0) + 1);
    }
  }
  return (entity, kind) => counts.get(entity)?.get(kind) ?? 0;
}

/** Counts the entities of the set that raise each kind. */
export function countRaisers(tally: AlertTally): (kind: string) => number {
  const raisers = new Map<string, number>();
  for (const kinds of tally.values()) for (const kind of kinds.keys()) raisers.set(kind, (raisers.get(kind) ?? 0) + 1);
  return (kind) => raisers.get(kind) ?? 0;
}
