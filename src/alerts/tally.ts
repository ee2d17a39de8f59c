import type { Alert } from "../domain/telemetry.ts";
import { type AlertReading, readAlert } from "./alert-reading.ts";

/** What an alert says, whoever it is about. A call that an entity makes to itself is another kind than one from outside. */
export const alertKind = ({ signal, name, direction, message, entity, peer }: Alert): string =>
  [
    signal,
    signal === "trace" ? (message ?? name) : name,
    direction ?? "",
    signal !== "trace" || (peer !== null && peer !== entity) ? "" : "inner",
  ].join("/");

/** Of one alert set: for each entity the kinds of alert that it raises, and what each says. How many there are of a kind says little more, and is not kept. */
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

/** For each entity and kind, in how many sets it is. */
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

/** For each kind, how many entities of the set raise it. */
export function countRaisers(tally: AlertTally): (kind: string) => number {
  const raisers = new Map<string, number>();
  for (const kinds of tally.values()) for (const kind of kinds.keys()) raisers.set(kind, (raisers.get(kind) ?? 0) + 1);
  return (kind) => raisers.get(kind) ?? 0;
}
