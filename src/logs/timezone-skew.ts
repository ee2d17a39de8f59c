import { span } from "../domain/phrasing.ts";
import type { EventTable } from "./event-table.ts";

/** The clocks of two zones differ by at least this; what lies nearer to the alarm may well be told in the right one. */
const LEAST_ZONE_NS = 15 * 60 * 1e9;
const NS_PER_MS = 1e6;

/**
 * Says so where no record of the incident is from about the time of its alarm: its times may be those of another zone, and then nothing of it was held against the right time.
 *
 * @param alarmNs as the times of the table; null where none is known.
 */
export function timezoneSkew(
  { timeNs, isOwn }: Pick<EventTable, "timeNs" | "isOwn">,
  alarmNs: number | null,
): string | null {
  if (alarmNs === null) return null;
  let [first, last] = [Infinity, -Infinity];
  for (const [row, ns] of timeNs.entries())
    if (isOwn[row] === true) [first, last] = [Math.min(first, ns), Math.max(last, ns)];
  if (first - alarmNs > LEAST_ZONE_NS && first !== Infinity)
    return inWords(`the first comes ${span((first - alarmNs) / NS_PER_MS)} after it`);
  if (alarmNs - last > LEAST_ZONE_NS && last !== -Infinity)
    return inWords(`the last came ${span((alarmNs - last) / NS_PER_MS)} before it`);
  return null;
}

const inWords = (off: string): string =>
  `no line is from the time of the alarm, ${off}: times without a zone are read as UTC; is theirs another?`;
