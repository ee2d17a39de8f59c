import type { CalendarDate } from "./clock-time.ts";

const DAY_MS = 86_400_000;
/** Times of day are placed so that at most this much lies after the reference. Logs end soon after an alarm. */
const MAX_AFTER_MS = 3 * 3_600_000;
/** A log without years holds at most this much after the reference: it was read soon after the alarm. */
const MAX_AHEAD_MS = 31 * DAY_MS;
const EPOCH_DAY: CalendarDate = { year: 1970, month: 0, day: 1, hasYear: false };

/**
 * Completes dates that a log writes only in part: the year, the whole date, or the order of day and month. It uses the
 * last complete date of the same log, or else the time of the incident.
 */
export class DateGuess {
  /** Unix ms; NaN while nothing is known. */
  private reference: number;
  private yearKey = -1;
  private year = 1970;
  /** True if the day comes before the month in this log; null while no line tells. */
  private isDayFirst: boolean | null = null;

  /** @param referenceMs a time near the log's lines, such as that of the alarm; null if none is known. */
  constructor(referenceMs: number | null = null) {
    this.reference = referenceMs ?? NaN;
  }

  /** Notes a complete date of this log. */
  learn(ms: number): void {
    if (ms > this.reference - DAY_MS && ms < this.reference + DAY_MS) return;
    this.reference = ms;
    this.yearKey = -1;
  }

  /** The last year in which this day is not well after the reference. 1970 if there is no reference. */
  yearOf(month: number, day: number): number {
    const key = month * 32 + day;
    if (key === this.yearKey) return this.year;
    this.yearKey = key;
    this.year = Number.isNaN(this.reference) ? 1970 : latestYear(this.reference, month, day);
    return this.year;
  }

  /** The day of a time that comes without a date. */
  dayOf(secondsOfDay: number): CalendarDate {
    if (Number.isNaN(this.reference)) return EPOCH_DAY;
    const latest = this.reference + MAX_AFTER_MS;
    let midnight = latest - (((latest % DAY_MS) + DAY_MS) % DAY_MS);
    if (midnight + secondsOfDay * 1000 > latest) midnight -= DAY_MS;
    const date = new Date(midnight);
    return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate(), hasYear: false };
  }

  /**
   * Orders day and month of `03/01/2026` or `01.03.2026`. A number above 12 decides for the rest of the log. Otherwise
   * slashes mean month first, unless only day first lies near the reference; dots and dashes mean day first.
   */
  dayAndMonth(a: number, b: number, year: number, isSlash: boolean): CalendarDate {
    if (a > 12 || b > 12) this.isDayFirst = a > 12;
    const dayFirst = this.isDayFirst ?? (isSlash ? this.isNearer(year, b, a) : true);
    return dayFirst ? { year, month: b - 1, day: a, hasYear: true } : { year, month: a - 1, day: b, hasYear: true };
  }

  /**
   * Orders a date of three two-digit numbers. The order that lies nearest to the reference counts; without a reference
   * the year comes first, if that is a date.
   */
  shortDate(a: number, b: number, c: number, isSlash: boolean): CalendarDate {
    const yearFirst: CalendarDate = { year: 2000 + a, month: b - 1, day: c, hasYear: true };
    const isDate = b >= 1 && b <= 12 && c >= 1 && c <= 31;
    const canEndInYear = a >= 1 && a <= 31 && b >= 1 && (a <= 12 || b <= 12);
    if (!canEndInYear || (isDate && Number.isNaN(this.reference))) return yearFirst;
    const yearLast = this.dayAndMonth(a, b, 2000 + c, isSlash);
    if (!isDate) return yearLast;
    const distance = ({ year, month, day }: CalendarDate) => Math.abs(Date.UTC(year, month, day) - this.reference);
    return distance(yearLast) < distance(yearFirst) ? yearLast : yearFirst;
  }

  /** True if day first (`month`, `day`) lies within a day of the reference, and month first does not. */
  private isNearer(year: number, month: number, day: number): boolean {
    const distance = (m: number, d: number) => Math.abs(Date.UTC(year, m - 1, d) - this.reference);
    return distance(month, day) < 2 * DAY_MS && distance(day, month) > 2 * DAY_MS;
  }
}

/** The last year in which the day is not well after the reference. */
function latestYear(reference: number, month: number, day: number): number {
  const middle = new Date(reference).getUTCFullYear();
  for (let year = middle + 1; year > middle - 8; year -= 1) {
    const ms = Date.UTC(year, month, day);
    if (new Date(ms).getUTCMonth() === month && ms <= reference + MAX_AHEAD_MS) return year;
  }
  return middle;
}
