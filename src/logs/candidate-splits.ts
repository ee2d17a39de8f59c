import type { EventTable } from "./event-table.ts";

/** How far the alarm may stand from the onset. */
const ALARM_SLACK_NS = 150e9;
const CANDIDATES = 24;
/** Either side of a split must hold this share of the incident's own records. */
const MIN_SHARE = 0.08;

/**
 * Times at which the incident's own records may part into before and after. What changed finds its own among them: the alarm
 * says when a person was told, so it only narrows the search, and a recording's edges say nothing.
 *
 * @param alarmNs null when not told. @returns ascending, on the table's clock; the first stands before all own records if there
 *   are records of another time to be the before-part. Empty if there is nothing to compare.
 */
export function candidateSplits(table: EventTable, alarmNs: number | null): number[] {
  const times = Float64Array.from(table.timeNs.filter((_, index) => table.isOwn[index] === true)).sort();
  if (times.length < 2) return [];
  const lowest = times[Math.floor(times.length * MIN_SHARE)] as number;
  const highest = times[Math.floor(times.length * (1 - MIN_SHARE))] as number;
  const from = alarmNs === null ? lowest : Math.max(lowest, Math.min(alarmNs - ALARM_SLACK_NS, highest));
  const to = alarmNs === null ? highest : Math.min(highest, Math.max(alarmNs + ALARM_SLACK_NS, lowest));
  const splits = Array.from({ length: CANDIDATES + 1 }, (_, i) => from + ((to - from) * i) / CANDIDATES);
  if (times.length < table.size) splits.push(times[0] as number);
  return splits.sort((a, b) => a - b).filter((at, i, all) => at !== all[i - 1]);
}

/** @returns how many of `ascending` are ≤ x: the part that x falls into. */
export function partOf(ascending: readonly number[], x: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}
