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

/** Fewer lines may end early by chance. */
const LEAST_LINES = 20;
/** Most zones differ by an hour or more. */
const HOUR_NS = 45 * 60 * 1e9;

/**
 * Detects services whose times have no zone and that are silent around the alarm, though other logs are not.
 *
 * @param zoneless services whose lines state times without a zone.
 * @returns one note for the report; null if there is no such service.
 */
export function zonelessSkew(
  { timeNs, isOwn, event, eventService, services }: ServiceTimes,
  alarmNs: number | null,
  zoneless: ReadonlySet<string>,
): string | null {
  if (alarmNs === null || zoneless.size === 0) return null;
  const extents = new Map<number, { first: number; last: number; lines: number }>();
  for (const [row, ns] of timeNs.entries()) {
    if (isOwn[row] !== true) continue;
    const service = eventService[event[row] as number] as number;
    const known = extents.get(service) ?? { first: ns, last: ns, lines: 0 };
    extents.set(service, {
      first: Math.min(known.first, ns),
      last: Math.max(known.last, ns),
      lines: known.lines + 1,
    });
  }
  const away = [...extents].flatMap(([service, { first, last, lines }]) => {
    const name = services.textOf(service);
    const distanceNs = Math.max(first - alarmNs, alarmNs - last);
    return lines >= LEAST_LINES && distanceNs > HOUR_NS && zoneless.has(name) ? [{ name, distanceNs }] : [];
  });
  const [one] = away.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (one === undefined) return null;
  const others = away.length === 1 ? "" : ` and ${away.length - 1} more`;
  return (
    `no line of ${one.name}${others} is nearer to the alarm than ${span(one.distanceNs / NS_PER_MS)}; ` +
    "these lines state no zone, so they were read as UTC or in the time zone of their source. Check their time zone."
  );
}

type ServiceTimes = Pick<EventTable, "timeNs" | "isOwn" | "event" | "eventService" | "services">;

const noteOf = (distance: string): string =>
  `${distance}. Causeway reads times without a zone as UTC, or in the time zone that their source has. Check it.`;
