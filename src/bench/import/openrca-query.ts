import type { TimeWindow } from "../../domain/time.ts";

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const DATE = new RegExp(
  `\\b(${MONTHS.join("|")})\\s+(\\d{1,2})(?:st|nd|rd|th)?,?\\s+(\\d{4})|\\b(\\d{4})-(\\d{2})-(\\d{2})\\b`,
  "gi",
);
const CLOCK = /\b(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)/g;
/** The systems stand in UTC+8, and so do the times of their queries. */
export const ZONE_MINUTES = 480;
const DAY_MS = 86_400_000;

/** The time range that a query names: a date or two, and two clock times. Null if it names none. */
export function rangeOfQuery(text: string): TimeWindow | null {
  const days = [...text.matchAll(DATE)].map(dayOf);
  // A date in ISO form is followed by its clock time, which is none of the day's digits.
  const clocks = [...text.replaceAll(DATE, " ").matchAll(CLOCK)].map(clockOf);
  const [firstDay] = days;
  const [from, to] = clocks;
  if (firstDay === undefined || from === undefined || to === undefined) return null;
  const lastDay = days[1] ?? firstDay;
  const startMs = firstDay + from - ZONE_MINUTES * 60_000;
  const endMs = lastDay + to - ZONE_MINUTES * 60_000;
  return { startMs, endMs: endMs > startMs ? endMs : endMs + DAY_MS };
}

function dayOf([, month, day, year, isoYear, isoMonth, isoDay]: RegExpExecArray): number {
  return isoYear === undefined
    ? Date.UTC(Number(year), MONTHS.indexOf((month ?? "").toLowerCase()), Number(day))
    : Date.UTC(Number(isoYear), Number(isoMonth) - 1, Number(isoDay));
}

const clockOf = ([, hour, minute, second]: RegExpExecArray): number =>
  ((Number(hour) * 60 + Number(minute)) * 60 + Number(second ?? 0)) * 1000;

/** The folder of telemetry that holds a time: `YYYY_MM_DD` in UTC+8. */
export const dayFolder = (ms: number): string =>
  new Date(ms + ZONE_MINUTES * 60_000).toISOString().slice(0, 10).replaceAll("-", "_");
