import type { EventTable } from "./event-table.ts";
import type { TemplateCount } from "./template-shift.ts";

/** Bins per part, for the dispersion of a template's counts. */
const BINS = 12;

/**
 * Counts every template of every service before and after the split, and how evenly it came.
 *
 * @param splitNs own records before it, and all shared ones, make up the before-part.
 * @returns durations in nanoseconds; `before` is 0 where there are no such records.
 */
export function countTemplates(table: EventTable, splitNs: number): { counts: TemplateCount[]; durations: { before: number; after: number } } {
  const parts = [
    spanOf(table, (index) => table.isOwn[index] !== true),
    spanOf(table, (index) => table.isOwn[index] === true && (table.timeNs[index] as number) < splitNs),
    spanOf(table, (index) => table.isOwn[index] === true && (table.timeNs[index] as number) >= splitNs),
  ];
  const bins = new Map<number, number[][]>();
  for (let index = 0; index < table.size; index += 1) {
    const part = table.isOwn[index] !== true ? 0 : (table.timeNs[index] as number) < splitNs ? 1 : 2;
    const { first, last } = parts[part] as { first: number; last: number };
    const event = table.event[index] as number;
    const rows = bins.get(event) ?? parts.map(() => new Array<number>(BINS).fill(0));
    bins.set(event, rows);
    const bin = last === first ? 0 : Math.min(BINS - 1, Math.floor((((table.timeNs[index] as number) - first) / (last - first)) * BINS));
    (rows[part] as number[])[bin] = ((rows[part] as number[])[bin] as number) + 1;
  }
  const [shared, before, after] = parts.map(({ first, last }) => last - first) as [number, number, number];
  const counts = [...bins].map(([event, [r0, r1, r2]]): TemplateCount => {
    const sums = [r0, r1, r2].map((row) => (row ?? []).reduce((sum, k) => sum + k, 0)) as [number, number, number];
    return { event, before: sums[0] + sums[1], after: sums[2], dispersion: Math.max(1, ...[r0, r1].map((row) => dispersionOf(row ?? []))) };
  });
  return { counts, durations: { before: shared + before, after } };
}

/** Variance over mean of the counts: 1 for Poisson, more where lines come in bunches. */
function dispersionOf(counts: readonly number[]): number {
  const mean = counts.reduce((sum, k) => sum + k, 0) / counts.length;
  if (mean === 0) return 1;
  return counts.reduce((sum, k) => sum + (k - mean) ** 2, 0) / (counts.length - 1) / mean;
}

function spanOf(table: EventTable, wanted: (index: number) => boolean): { first: number; last: number } {
  let first = Infinity;
  let last = -Infinity;
  for (let index = 0; index < table.size; index += 1) {
    if (!wanted(index)) continue;
    first = Math.min(first, table.timeNs[index] as number);
    last = Math.max(last, table.timeNs[index] as number);
  }
  return first === Infinity ? { first: 0, last: 0 } : { first, last };
}
