import type { AskRange } from "../domain/ask-plan.ts";
import { isoTime, type TimeWindow } from "../domain/time.ts";

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?Z?$/;
const DAY_MS = 86_400_000;

/**
 * The range of a plan in Unix milliseconds. A time of day gets the day of the data: `08:30`. Open ends become those of
 * the data.
 */
export function readRange({ start, end }: AskRange, extent: TimeWindow | null): TimeWindow | { why: string } {
  if (extent === null) return { why: "the records have no times" };
  const startMs = start === null ? extent.startMs : timeOf(start, extent);
  const endMs = end === null ? extent.endMs : timeOf(end, extent);
  if (typeof startMs === "string") return { why: startMs };
  if (typeof endMs === "string") return { why: endMs };
  if (startMs > endMs) return { why: `the range ends before it starts (${isoTime(startMs)} to ${isoTime(endMs)})` };
  if (startMs > extent.endMs || endMs < extent.startMs)
    return { why: `there are no records from ${isoTime(startMs)} to ${isoTime(endMs)}` };
  return { startMs, endMs };
}

/** @returns the time, or why it is none. */
function timeOf(text: string, extent: TimeWindow): number | string {
  const clock = CLOCK.exec(text.trim());
  if (clock === null) {
    const zoned =
      /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) || !/\d\d:\d\d/.test(text) ? text : `${text.trim().replace(" ", "T")}Z`;
    const ms = Date.parse(zoned);
    return Number.isFinite(ms) ? ms : `${JSON.stringify(text.slice(0, 40))} is not an ISO 8601 time, nor a time of day`;
  }
  const [, hours, minutes, seconds = "0"] = clock;
  const ofDay = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  const days = [extent.startMs, extent.endMs].map((ms) => Math.floor(ms / DAY_MS) * DAY_MS);
  const within = [...new Set(days)]
    .map((day) => day + ofDay)
    .filter((ms) => ms >= extent.startMs - DAY_MS / 24 && ms <= extent.endMs + DAY_MS / 24);
  const [first = (days[0] ?? 0) + ofDay] = within;
  const covered = (days[1] ?? 0) - (days[0] ?? 0);
  return covered > DAY_MS || within.length > 1
    ? `the records cover several days; write ${JSON.stringify(text.slice(0, 40))} with its date`
    : first;
}
