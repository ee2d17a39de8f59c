import { ownExtent } from "./candidate-splits.ts";
import type { EventTable } from "./event-table.ts";
import type { LogSeverity } from "./lines/severity.ts";

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

/** A log with fewer harmless lines before the incident is silent while all is well. */
const MIN_USUAL = 8;
/** A log of less time is all start, or all incident. Nanoseconds. */
const MIN_LASTS_NS = 300e9;

/**
 * True if the incident's own log cannot show what is usual: next to nothing but failures came before the incident, or
 * it lasts a few minutes in all. Nothing that such a log lacks says that a line is new, and nothing says that it is
 * usual.
 *
 * @param splits as `candidateSplits` returns them; without any, the log could not be divided.
 */
export function showsNoQuiet(
  table: EventTable,
  splits: readonly number[],
  severityOf: (event: number) => LogSeverity,
): boolean {
  if (table.isOwn.includes(false)) return false;
  const [first, last] = ownExtent(table);
  const until = splits.at(-1);
  if (until === undefined || last - first < MIN_LASTS_NS) return true;
  let usual = 0;
  for (const [row, event] of table.event.entries())
    if ((table.timeNs[row] as number) < until && !isFailing(severityOf(event))) usual += 1;
  return usual < MIN_USUAL;
}

const isFailing = (severity: LogSeverity): boolean => severity === "error" || severity === "fatal";
