import { span } from "../domain/phrasing.ts";
import { ownExtent } from "./candidate-splits.ts";
import type { EventTable } from "./event-table.ts";

/** The clocks of two time zones differ by at least this much. A smaller distance to the alarm may be real. */
const LEAST_ZONE_NS = 15 * 60 * 1e9;
const NS_PER_MS = 1e6;

/**
 * Detects that no record of the incident lies near its alarm. The log times may then be in another time zone, and would
 * be compared with the wrong part of the incident.
 *
 * @param alarmNs on the table's clock; null if unknown.
 * @returns a note for the report; null if there is no sign of skew.
 */
export function timezoneSkew(
  { timeNs, isOwn }: Pick<EventTable, "timeNs" | "isOwn">,
  alarmNs: number | null,
): string | null {
  if (alarmNs === null) return null;
  const [first, last] = ownExtent({ timeNs, isOwn });
  if (first - alarmNs > LEAST_ZONE_NS && first !== Infinity)
    return noteOf(`the first log line is ${span((first - alarmNs) / NS_PER_MS)} after the alarm`);
  if (alarmNs - last > LEAST_ZONE_NS && last !== -Infinity)
    return noteOf(`the last log line is ${span((alarmNs - last) / NS_PER_MS)} before the alarm`);
  return null;
}

const noteOf = (distance: string): string =>
  `${distance}. Causeway reads times without a zone as UTC. Check the time zone of the logs.`;
