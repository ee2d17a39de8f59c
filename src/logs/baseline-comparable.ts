import type { EventTable } from "./event-table.ts";

/** Fewer kinds of records than this may differ by chance, or be rare ones alone. */
const MIN_KINDS = 5;
/** What one system logs in quiet times shares more kinds than this with what it logs at any other quiet time. */
const MIN_SHARED = 0.1;

/**
 * Whether the quiet recording is of the same system in the same form: what the incident's own recording holds of the time before looks like it. Where another
 * version or another shipper wrote one of them, all of the incident would pass for new.
 *
 * @param splits as `candidateSplits` gives them. @returns true also where too little lies before to tell.
 */
export function isBaselineComparable(
  { timeNs, event, isOwn, firstShared }: EventTable,
  splits: readonly number[],
): boolean {
  const firstOwn = timeNs[isOwn.indexOf(true)] ?? 0;
  const earliest = splits.find((split) => split > firstOwn) ?? firstOwn;
  const before = new Set(event.filter((_, index) => isOwn[index] === true && (timeNs[index] ?? 0) < earliest));
  const known = [...before].filter((kind) => firstShared[kind] !== undefined).length;
  return isOwn[0] === true || before.size < MIN_KINDS || known >= MIN_SHARED * before.size;
}
