import type { OnsetSign } from "../domain/onset.ts";
import type { TimeWindow } from "../domain/time.ts";
import { g2OfCounts, ONE_IN_A_MILLION } from "../stats/g2.ts";
import type { LogSeverity } from "./lines/severity.ts";
import type { MinedLogs } from "./mined-logs.ts";

/** How much a statement counts by its severity. Information changes with every deploy. */
const WEIGHT: Readonly<Record<LogSeverity, number>> = { info: 0, warn: 0.2, error: 1, fatal: 1 };
/** Weight of an error that was never written before but came too seldom to be beyond chance. */
const SELDOM = 0.1;
/** Weight of a statement whose rise is this surprising, and the most that any has. */
const SURE = 10;
const MAX_WEIGHT = 1.5;
/** The very first line divides the lines as well as any other, if it does so by this share of the best. */
const FIRST_SHARE = 0.8;
/** Fewer lines than these have no length of their own. */
const MIN_BURST = 3;
const NS_PER_MS = 1e6;
const MINUTE_MS = 60_000;

/**
 * Finds when each service began to write an error or a warning more often than before: the time that divides its lines
 * best into a rare and a frequent part. Lines that always came in bunches must come in larger ones.
 */
export function logSigns({ table, severityOf }: MinedLogs, { startMs, endMs }: TimeWindow): OnsetSign[] {
  const timesOf = new Map<number, number[]>();
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const epochMs = table.msOf(0);
  for (const [row, event] of table.event.entries()) {
    if (table.isOwn[row] !== true) continue;
    const timeMs = epochMs + (table.timeNs[row] as number) / NS_PER_MS;
    if (timeMs < startMs || timeMs > endMs) continue;
    [firstMs, lastMs] = [Math.min(firstMs, timeMs), Math.max(lastMs, timeMs)];
    if (WEIGHT[severityOf(event)] === 0) continue;
    const known = timesOf.get(event);
    if (known) known.push(timeMs);
    else timesOf.set(event, [timeMs]);
  }
  return [...timesOf].flatMap(([event, times]): OnsetSign[] => {
    const found = risesAt(Float64Array.from(times).sort(), firstMs, lastMs);
    if (found === null) return [];
    return [
      {
        signal: "log",
        entity: table.services.textOf(table.eventService[event] as number),
        atMs: found.atMs,
        stepMs: 0,
        endMs: found.endMs,
        shape: found.endMs === null ? "step" : "burst",
        weight: WEIGHT[severityOf(event)] * (found.isSure ? Math.min(MAX_WEIGHT, found.surprise / SURE) : SELDOM),
        felt: true,
      },
    ];
  });
}

/** `surprise`: root of the G² beyond usual bunching. */
type Rise = { atMs: number; endMs: number | null; isSure: boolean; surprise: number };

/** @param times ascending. @returns null if the lines come as they always did. */
function risesAt(times: Float64Array, firstMs: number, lastMs: number): Rise | null {
  const n = times.length;
  let best = { index: 0, g2: 0 };
  let first = 0;
  for (let index = 0; index < n; index += 1) {
    const before = (times[index] as number) - firstMs;
    const after = lastMs - (times[index] as number) + 1;
    if (before < MINUTE_MS || (n - index) / after <= index / before) continue;
    const g2 = g2OfCounts(index, before, n - index, after);
    if (index === 0) first = g2;
    if (g2 > best.g2) best = { index, g2 };
  }
  if (best.g2 === 0) return null;
  // Nobody wrote it before: the first time counts, even if the fault paused before it came back in earnest.
  if (first >= FIRST_SHARE * best.g2) best = { index: 0, g2: first };
  const atMs = times[best.index] as number;
  const bunching = bunchingOf(times.subarray(0, best.index), firstMs, atMs);
  const isSure = best.g2 / bunching >= ONE_IN_A_MILLION;
  if (!isSure && best.index > 0) return null;
  const end = times[n - 1] as number;
  const usualGap = (end - atMs) / Math.max(1, n - best.index - 1);
  const endMs = lastMs - end > Math.max(3 * MINUTE_MS, 10 * usualGap) ? end : null;
  if (endMs === null || n - best.index < MIN_BURST)
    return { atMs, endMs, isSure, surprise: Math.sqrt(best.g2 / bunching) };
  // the quiet time after a burst is quiet time, too
  const [quiet, burst] = [atMs - firstMs + lastMs - end, end - atMs + usualGap];
  const g2 = Math.max(best.g2, g2OfCounts(best.index, quiet, n - best.index, Math.max(burst, 1)));
  return { atMs, endMs, isSure: isSure || g2 / bunching >= ONE_IN_A_MILLION, surprise: Math.sqrt(g2 / bunching) };
}

/** Variance over mean of the counts of each minute, at least 1. */
function bunchingOf(times: Float64Array, fromMs: number, toMs: number): number {
  const counts = new Float64Array(Math.max(1, Math.ceil((toMs - fromMs) / MINUTE_MS)));
  for (const time of times) {
    const minute = Math.min(counts.length - 1, Math.floor((time - fromMs) / MINUTE_MS));
    counts[minute] = (counts[minute] as number) + 1;
  }
  const mean = times.length / counts.length;
  if (mean === 0) return 1;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  return Math.max(1, variance / mean);
}
