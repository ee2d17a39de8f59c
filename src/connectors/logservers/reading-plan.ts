import type { AnswerGap } from "../../domain/ports.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { LogSelection } from "./types.ts";

/** One part of an answer. `maxRecords`: of this part. */
export type PlannedRead = { share: LogSelection<unknown>["share"]; range: TimeWindow; maxRecords: number };
export type ReadingPlan = { reads: PlannedRead[]; gap: AnswerGap | null };

/** Of a range with too many records, this many stretches of equal length are read. */
const STRETCHES = 40;
/** Errors are read in stretches too, so that no early storm takes the place of late ones. */
const ERROR_STRETCHES = 10;

/**
 * Plans what is read of a range. With more records than fit, all errors are read first, then the same share of each
 * stretch of time of the others, so that their numbers before and after a fault can be compared.
 *
 * @param records how many there are; null if unknown: the answer then stops at the limit.
 */
export function readingPlan(records: number | null, range: TimeWindow, maxRecords: number): ReadingPlan {
  if (records === null || records <= maxRecords) return { reads: [{ share: "all", range, maxRecords }], gap: null };
  const ofErrors = Math.ceil(maxRecords / 2);
  const share = (maxRecords - ofErrors) / records;
  const errors = stretches(range, ERROR_STRETCHES, 1).map((part) => ({
    share: "errors" as const,
    range: part,
    maxRecords: Math.ceil(ofErrors / ERROR_STRETCHES),
  }));
  const others = stretches(range, STRETCHES, share).map((part) => ({
    share: "others" as const,
    range: part,
    // twice the mean: traffic is uneven
    maxRecords: Math.ceil(((maxRecords - ofErrors) / STRETCHES) * 2),
  }));
  const percent = Math.max(share * 100, 0.01).toFixed(share < 0.01 ? 2 : 0);
  return {
    reads: [...errors, ...others],
    gap: {
      kind: "sampled",
      why: `about ${records} records match; all errors were read, and the other records of ${percent} % of the time`,
    },
  };
}

/** Cuts a range into equal parts, and keeps the first `share` of each. They do not touch. */
function stretches({ startMs, endMs }: TimeWindow, count: number, share: number): TimeWindow[] {
  const stepMs = (endMs - startMs) / count;
  return Array.from({ length: count }, (_, at) => {
    const from = Math.round(startMs + at * stepMs);
    const isLast = at === count - 1 && share === 1;
    const until = isLast ? endMs : Math.round(startMs + (at + share) * stepMs) - (share === 1 ? 1 : 0);
    return { startMs: from, endMs: Math.max(from, until) };
  });
}
