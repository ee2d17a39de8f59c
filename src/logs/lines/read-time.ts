import { type CalendarDate, readClock, type ReadTime, withZone } from "./clock-time.ts";
import type { TimeCursor } from "./time-cursor.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const COLON = 58;
const DOT = 46;
const COMMA = 44;
const MINUS = 45;
const SLASH = 47;
const SPACE = 32;
const CAPITAL_T = 84;

const NAME_STARTS = new Set(
  [...MONTHS, ...WEEKDAYS].map((name) => packName(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2))),
);

function packName(a: number, b: number, c: number): number {
  return ((a | 32) << 16) | ((b | 32) << 8) | (c | 32);
}

/** True if a month or weekday may begin here. */
export const opensName = (bytes: Uint8Array, at: number): boolean =>
  NAME_STARTS.has(packName(bytes[at] as number, bytes[at + 1] as number, bytes[at + 2] as number));

/**
 * Reads the time at the start of a line, in the formats that programs write. A time without a zone is UTC.
 *
 * @param cursor any cursor; its position changes.
 * @param yearGuess the year for formats that omit it.
 * @returns null if no time begins at `start`.
 */
export function readTime(
  cursor: TimeCursor,
  bytes: Uint8Array,
  start: number,
  end: number,
  yearGuess: number,
): ReadTime | null {
  const first = start < end ? (bytes[start] as number) : -1;
  const isDigit = first >= 48 && first <= 57;
  if (!isDigit && !opensName(bytes, start)) return null;
  cursor.reset(bytes, start, end);
  return isDigit ? fromNumber(cursor, yearGuess) : fromName(cursor, yearGuess);
}

/** `Jan _2 15:04:05`, `Mon Jan _2 15:04:05 [MST] 2006`, `Jan 02, 2006 15:04:05`. */
function fromName(cursor: TimeCursor, yearGuess: number): ReadTime | null {
  if (cursor.name(WEEKDAYS) !== -1) {
    cursor.take(COMMA);
    if (!cursor.spaces()) return null;
  }
  const month = cursor.name(MONTHS);
  if (month === -1 || !cursor.spaces()) return null;
  const day = cursor.number();
  cursor.take(COMMA);
  if (!(day >= 1 && day <= 31) || !cursor.spaces()) return null;
  const date: CalendarDate = { year: yearGuess, month, day, hasYear: false };
  const before = cursor.at;
  const year = cursor.number();
  if (cursor.width === 4 && cursor.spaces()) Object.assign(date, { year, hasYear: true });
  else cursor.at = before;
  const found = readClock(cursor, date);
  if (found === null || date.hasYear) return found;
  cursor.at = found.end;
  if (!cursor.spaces()) return found;
  const zone = cursor.at;
  while (cursor.peek() >= 65 && cursor.peek() <= 90) cursor.at += 1;
  if (cursor.at > zone && !cursor.spaces()) return found;
  const late = cursor.number();
  if (cursor.width !== 4 || late < 1970 || late > 2200) return found;
  return { end: cursor.at, ms: found.ms + Date.UTC(late, 0, 1) - Date.UTC(yearGuess, 0, 1), hasYear: true };
}

function fromNumber(cursor: TimeCursor, yearGuess: number): ReadTime | null {
  const a = cursor.number();
  const width = cursor.width;
  const mark = cursor.peek();
  if ((width === 10 || width === 13 || width === 16 || width === 19) && a >= 10 ** (width - 1))
    return epoch(cursor, a, width);
  if (mark === COLON && width <= 2) {
    cursor.at -= width;
    return readClock(cursor, { year: 1970, month: 0, day: 1, hasYear: false });
  }
  if (width === 6 || width === 8) return packed(cursor, a, width);
  if (mark !== MINUS && mark !== SLASH && mark !== DOT && (mark !== SPACE || width > 2)) return null;
  cursor.at += 1;
  const month = cursor.peek() > 57 ? cursor.name(MONTHS) : -1;
  if (month !== -1) return dayMonthName(cursor, a, month);
  if (mark === SPACE) return null;
  const b = cursor.number();
  if (cursor.width === 0 || cursor.width > 2) return null;
  let date: CalendarDate;
  if (cursor.take(mark)) {
    const c = cursor.number();
    if (width === 4) date = { year: a, month: b - 1, day: c, hasYear: true };
    else if (cursor.width === 4)
      date =
        a > 12 ? { year: c, month: b - 1, day: a, hasYear: true } : { year: c, month: a - 1, day: b, hasYear: true };
    else if (width === 2 && cursor.width === 2) date = { year: 2000 + a, month: b - 1, day: c, hasYear: true };
    else return null;
  } else if (width === 2) date = { year: yearGuess, month: a - 1, day: b, hasYear: false };
  else return null;
  if (!(date.month >= 0 && date.month < 12 && date.day >= 1 && date.day <= 31)) return null;
  const dateEnd = cursor.at;
  if (cursor.take(CAPITAL_T, SPACE, MINUS, 95)) {
    const found = readClock(cursor, date);
    if (found !== null) return found;
  }
  return date.hasYear && width === 4 ? { end: dateEnd, ms: NaN, hasYear: true } : null;
}

/** `02/Jan/2006:15:04:05 -0700`, `02-Jan-2006 15:04:05`, `02 Jan 2006 15:04:05`. */
function dayMonthName(cursor: TimeCursor, day: number, month: number): ReadTime | null {
  if (!cursor.take(SLASH, MINUS, SPACE)) return null;
  const year = cursor.number();
  if (cursor.width !== 4 || !cursor.take(COLON, SPACE, CAPITAL_T)) return null;
  return readClock(cursor, { year, month, day, hasYear: true });
}

/**
 * Seconds, milliseconds, microseconds or nanoseconds since 1970, depending on the number of digits. Seconds may have a
 * fraction.
 */
function epoch(cursor: TimeCursor, value: number, width: number): ReadTime | null {
  let ms = width === 10 ? value * 1000 : width === 13 ? value : width === 16 ? value / 1000 : value / 1e6;
  if (ms > Date.UTC(2200, 0, 1)) return null;
  if (width === 10 && cursor.peek() === DOT && cursor.peek(1) >= 48 && cursor.peek(1) <= 57) {
    cursor.at += 1;
    ms += (cursor.number() / 10 ** cursor.width) * 1000;
  }
  const next = cursor.peek();
  return next === -1 || next === SPACE || next === 124 || next === COMMA || next === 93 || next === 9
    ? { end: cursor.at, ms, hasYear: true, isBare: true }
    : null;
}

/** `060102 150405`, `20060102 150405`, `20060102T150405Z`, `20060102-15:4:5:123`. */
function packed(cursor: TimeCursor, value: number, width: number): ReadTime | null {
  const date: CalendarDate = {
    year: Math.floor(value / 10_000) + (width === 6 ? 2000 : 0),
    month: (Math.floor(value / 100) % 100) - 1,
    day: value % 100,
    hasYear: true,
  };
  if (!(date.month >= 0 && date.month < 12 && date.day >= 1 && date.day <= 31 && date.year < 2200)) return null;
  if (!cursor.take(SPACE, CAPITAL_T, MINUS)) return null;
  const from = cursor.at;
  const time = cursor.number();
  if (cursor.width === 6) {
    const seconds = Math.floor(time / 10_000) * 3600 + (Math.floor(time / 100) % 100) * 60 + (time % 100);
    return withZone(cursor, date, seconds);
  }
  cursor.at = from;
  return readClock(cursor, date);
}
