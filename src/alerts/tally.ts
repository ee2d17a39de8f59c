import type { Alert } from "../domain/telemetry.ts";
import { type Bearing, bearingOf } from "./bearing.ts";

/** What an alert says, whoever it is about: alerts of one kind are counted together. A call that an entity makes to itself is another kind than one from outside. */
export const alertKind = ({ signal, name, direction, message, entity, peer }: Alert): string =>
  [signal, signal === "trace" ? (message ?? name) : name, direction ?? "", signal !== "trace" || (peer !== null && peer !== entity) ? "" : "inner"].join("/");

/** Of one alert set: for each entity its kinds of alert, with how many alerts there are of each. */
export type Tally = ReadonlyMap<string, ReadonlyMap<string, { count: number; bearing: Bearing }>>;

export function tallyAlerts(alerts: readonly Alert[]): Tally {
  const tally = new Map<string, Map<string, { count: number; bearing: Bearing }>>();
  for (const alert of alerts) {
    const kinds = tally.get(alert.entity) ?? new Map<string, { count: number; bearing: Bearing }>();
    tally.set(alert.entity, kinds);
    const kind = alertKind(alert);
    const known = kinds.get(kind);
    if (known) known.count += 1;
    else kinds.set(kind, { count: 1, bearing: bearingOf(alert) });
  }
  return tally;
}
