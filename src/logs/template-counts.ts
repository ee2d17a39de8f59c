import { ownExtent, partOf } from "./candidate-splits.ts";
import type { EventTable } from "./event-table.ts";

/**
 * One template of one service: its count in the other recording, and in each part of this one. `firstNs`, `lastNs`: its
 * first and last own line on the table's clock. `starting`: own lines in the first `START_NS` of the log.
 */
export type TemplateCounts = {
  event: number;
  shared: number;
  parts: number[];
  firstNs: number;
  lastNs: number;
  starting: number;
};

/** A program that starts writes much in its first seconds. Nanoseconds. */
export const START_NS = 30e9;

/** Counts every template of every service. Part i of the own records lies between split i-1 and split i. */
export function countTemplates(table: EventTable, splits: readonly number[]): TemplateCounts[] {
  const counts = new Map<number, TemplateCounts>();
  const startedNs = ownExtent(table)[0] + START_NS;
  for (let index = 0; index < table.size; index += 1) {
    const event = table.event[index] as number;
    const count = counts.get(event) ?? {
      event,
      shared: 0,
      parts: Array.from({ length: splits.length + 1 }, () => 0),
      firstNs: Infinity,
      lastNs: -Infinity,
      starting: 0,
    };
    counts.set(event, count);
    if (table.isOwn[index] === true) {
      const timeNs = table.timeNs[index] as number;
      count.firstNs = Math.min(count.firstNs, timeNs);
      count.lastNs = Math.max(count.lastNs, timeNs);
      if (timeNs < startedNs) count.starting += 1;
      const part = partOf(splits, timeNs);
      count.parts[part] = (count.parts[part] as number) + 1;
    } else count.shared += 1;
  }
  return [...counts.values()];
}

/** @returns how long the other recording and each part of this one last, in nanoseconds. */
export function partDurations(table: EventTable, splits: readonly number[]): { shared: number; parts: number[] } {
  const span = (isOwn: boolean): [number, number] => {
    let first = Infinity;
    let last = -Infinity;
    for (let index = 0; index < table.size; index += 1) {
      if (table.isOwn[index] !== isOwn) continue;
      first = Math.min(first, table.timeNs[index] as number);
      last = Math.max(last, table.timeNs[index] as number);
    }
    return first === Infinity ? [0, 0] : [first, last];
  };
  const [sharedFirst, sharedLast] = span(false);
  const [first, last] = span(true);
  const edges = [first, ...splits.map((at) => Math.min(last, Math.max(first, at))), last];
  return { shared: sharedLast - sharedFirst, parts: edges.slice(1).map((at, i) => at - (edges[i] as number)) };
}
