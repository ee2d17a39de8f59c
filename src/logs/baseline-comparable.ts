import type { EventTable } from "./event-table.ts";

/** With fewer kinds of records, a difference may be chance, or only rare kinds may be left. */
const MIN_KINDS = 5;
/** The logs of one system at two quiet times share more than this part of their kinds. */
const MIN_SHARED = 0.1;

/**
 * Checks that the baseline recording has the same system and log format as the incident's own. If another version or
 * another shipper wrote one of them, every line of the incident would count as new. The records from before the
 * incident must therefore resemble the baseline.
 *
 * @param splits as `candidateSplits` returns them.
 * @returns true also if there are too few records from before the incident to decide.
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
