import type { EventTable } from "./event-table.ts";

/** Maximum distance between the alarm and the onset. */
const ALARM_SLACK_NS = 150e9;
const CANDIDATES = 24;
/** Each side of a split must contain this share of the incident's own records. */
const MIN_SHARE = 0.08;

/**
 * Lists times that may divide the incident's own records into before and after. The tests then pick the time that fits
 * each change. The alarm only narrows the search, because it says when a person was alerted. The edges of a recording
 * say nothing.
 *
 * @param alarmNs null if the alarm time is unknown.
 * @returns ascending, on the table's clock. If there are records of another time, the first split lies before all own
 *   records, so that those others are the before-part. Empty if there is nothing to compare.
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

/** @returns the number of values in `ascending` that are ≤ x, which is the index of the part that x falls into. */
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
