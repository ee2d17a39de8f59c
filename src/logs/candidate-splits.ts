import type { EventTable } from "./event-table.ts";

/** A change of one statement may begin this long before the onset or after the alarm. */
export const SLACK_NS = 150e9;
const CANDIDATES = 24;
/** A shorter stretch before a split is not enough quiet time. */
const MIN_QUIET_NS = 30e9;
/** Each side of a split must contain this share of the recorded time, up to `MIN_QUIET_NS`. */
const MIN_SHARE = 0.08;

/**
 * Times on the table's clock; null if unknown. `onsetNs`: when the fault began, or else what is known of it.
 * `oldestNs`: the earliest time at which the fault may have begun; null if the onset is known.
 */
export type SplitTimes = { onsetNs: number | null; alarmNs: number | null; oldestNs?: number | null };

/**
 * Lists times that may divide the incident's own records into before and after. The tests then pick the time that fits
 * each change: half of the times lie around the onset, the others between it and the alarm, because effects come one
 * after the other. Without an onset, all lie around the alarm, which only says when a person was alerted, or between
 * it and the earliest time that a late alarm may be about. The edges of a recording say nothing.
 *
 * @returns ascending, on the table's clock. If there are records of another time, the first split lies before all own
 *   records, so that those others are the before-part. Empty if there is nothing to compare.
 */
export function candidateSplits(table: EventTable, { onsetNs, alarmNs, oldestNs = null }: SplitTimes): number[] {
  const [first, last] = ownExtent(table);
  if (!(last > first)) return [];
  const edge = Math.max(MIN_QUIET_NS, MIN_SHARE * (last - first));
  const [lowest, highest] = [first + MIN_QUIET_NS, last - Math.min(edge, MIN_SHARE * (last - first))];
  const within = (at: number): number => Math.max(lowest, Math.min(at, highest));
  // an alarm long after the last line does not locate the fault in the log
  const anchor = onsetNs ?? alarmNs;
  const isFar = anchor !== null && anchor - last > SLACK_NS;
  const splits: number[] = [];
  if (lowest <= highest) {
    if (anchor === null || isFar) splits.push(...spaced(lowest, highest, CANDIDATES));
    else {
      const [near, until] = [within(anchor + SLACK_NS), within(Math.max(anchor, alarmNs ?? anchor) + SLACK_NS)];
      splits.push(...spaced(within(anchor - SLACK_NS), near, until > near ? CANDIDATES / 2 : CANDIDATES));
      if (until > near) splits.push(...spaced(near, until, CANDIDATES / 2));
      const [oldest, latest] = [within(oldestNs ?? Number.POSITIVE_INFINITY), within(anchor - SLACK_NS)];
      if (latest > oldest) splits.push(...spaced(oldest, latest, CANDIDATES / 2));
    }
  }
  if (table.isOwn.includes(false)) splits.push(first);
  return splits.sort((a, b) => a - b).filter((at, i, all) => at !== all[i - 1]);
}

const spaced = (from: number, to: number, steps: number): number[] =>
  Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);

/** From the first to the last own record; an empty range without any. */
export function ownExtent({ timeNs, isOwn }: Pick<EventTable, "timeNs" | "isOwn">): [number, number] {
  let [first, last] = [Infinity, -Infinity];
  for (const [row, ns] of timeNs.entries())
    if (isOwn[row] === true) [first, last] = [Math.min(first, ns), Math.max(last, ns)];
  return [first, last];
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
