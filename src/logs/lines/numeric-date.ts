import { type CalendarDate, readClock, type ReadTime, withZone } from "./clock-time.ts";
import type { DateGuess } from "./date-guess.ts";
import { MONTHS } from "./date-names.ts";
import type { TimeCursor } from "./time-cursor.ts";

const COLON = 58;
const DOT = 46;
const COMMA = 44;
const MINUS = 45;
const SLASH = 47;
const SPACE = 32;
const UNDERSCORE = 95;
const CAPITAL_T = 84;
const SMALL_E = 101;
const PLUS = 43;
const LATEST_MS = Date.UTC(2200, 0, 1);

/** Reads a time that starts with a digit: a date in numbers, a time of day, or a number of seconds since 1970. */
export function fromNumber(cursor: TimeCursor, guess: DateGuess): ReadTime | null {
  const from = cursor.at;
  const a = cursor.number();
  const width = cursor.width;
  const mark = cursor.peek();
  if ((width === 10 || width === 13 || width === 16 || width === 19) && a >= 10 ** (width - 1))
    return epoch(cursor, a, width);
  if (mark === COLON && width <= 2) {
    cursor.at = from;
    return timeOfDay(cursor, guess);
  }
  if (width === 6 || width === 8) return packed(cursor, a, width);
  if (mark === DOT && width === 1) {
    const found = floatEpoch(cursor, a);
    if (found !== null) return found;
  }
  if (mark !== MINUS && mark !== SLASH && mark !== DOT && (mark !== SPACE || width > 2)) return null;
  cursor.at += 1;
  const month = cursor.peek() > 57 ? cursor.name(MONTHS) : -1;
  if (month !== -1) return dayMonthName(cursor, a, month, guess);
  if (mark === SPACE) return null;
  const b = cursor.number();
  if (cursor.width === 0 || cursor.width > 2) return mark === SLASH ? dayOfYear(cursor, a, width, b, guess) : null;
  const date = numericDate(cursor, { a, b, width, mark }, guess);
  if (date === null || !isDay(date)) return null;
  const dateEnd = cursor.at;
  const isIso = cursor.peek() === CAPITAL_T;
  if (separatesClock(cursor.peek())) {
    cursor.at += 1;
    while (cursor.peek() === SPACE || (cursor.peek() === MINUS && cursor.peek(1) === SPACE)) cursor.at += 1;
    const found = afterDate(cursor, date, isIso);
    if (found !== null) {
      if (date.hasYear) guess.learn(found.ms);
      return found;
    }
  }
  return date.hasYear && width === 4
    ? { end: dateEnd, ms: NaN, hasYear: true, dayMs: Date.UTC(date.year, date.month, date.day) }
    : null;
}

const separatesClock = (byte: number): boolean =>
  byte === CAPITAL_T || byte === SPACE || byte === MINUS || byte === UNDERSCORE || byte === COMMA || byte === COLON;

/** A clock, or the digits of one after `T`: `2006-01-02T150405Z`. */
function afterDate(cursor: TimeCursor, date: CalendarDate, isIso: boolean): ReadTime | null {
  const from = cursor.at;
  const found = readClock(cursor, date, { minutesOnly: isIso });
  if (found !== null || !isIso) return found;
  cursor.at = from;
  const digits = cursor.number();
  return cursor.width === 6 ? packedClock(cursor, date, digits) : null;
}

const isDay = ({ month, day }: CalendarDate): boolean => month >= 0 && month < 12 && day >= 1 && day <= 31;

type Leading = { a: number; b: number; width: number; mark: number };

/** `2006-01-02`, `01/02/2006`, `02.01.2006`, `06/01/02`, `01-02` (without a year). */
function numericDate(cursor: TimeCursor, { a, b, width, mark }: Leading, guess: DateGuess): CalendarDate | null {
  if (!cursor.take(mark))
    return width === 2 ? { year: guess.yearOf(a - 1, b), month: a - 1, day: b, hasYear: false } : null;
  const c = cursor.number();
  if (width === 4) return { year: a, month: b - 1, day: c, hasYear: true };
  if (cursor.width === 4) return guess.dayAndMonth(a, b, c, mark === SLASH);
  if (cursor.width !== 2 || width > 2) return null;
  return guess.shortDate(a, b, c, mark === SLASH);
}

/** A time without a date. */
function timeOfDay(cursor: TimeCursor, guess: DateGuess): ReadTime | null {
  const from = cursor.at;
  const hour = cursor.number();
  cursor.at += 1;
  const minute = cursor.number();
  if (cursor.width === 0) return null;
  cursor.at = from;
  const found = readClock(cursor, guess.dayOf(hour * 3600 + minute * 60));
  return found === null ? null : { ...found, hasDay: false };
}

/**
 * `02/Jan/2006:15:04:05 -0700`, `02-Jan-2006 15:04:05`, `02 Jan 2006 15:04:05`, `02-JAN-06 03.04.05 PM`, `02 Jan
 * 15:04:05`.
 */
function dayMonthName(cursor: TimeCursor, day: number, month: number, guess: DateGuess): ReadTime | null {
  if (!(day >= 1 && day <= 31) || !cursor.take(SLASH, MINUS, SPACE)) return null;
  const from = cursor.at;
  const stated = cursor.number();
  const hasYear = cursor.width === 4 || (cursor.width === 2 && cursor.peek() !== COLON);
  if (!hasYear) {
    cursor.at = from;
    return readClock(cursor, { year: guess.yearOf(month, day), month, day, hasYear: false });
  }
  const year = cursor.width === 2 ? 2000 + stated : stated;
  if (!cursor.take(COLON, SPACE, CAPITAL_T, COMMA)) return null;
  while (cursor.peek() === SPACE || cursor.peek() === COLON) cursor.at += 1;
  const found = readClock(cursor, { year, month, day, hasYear: true });
  if (found !== null) guess.learn(found.ms);
  return found;
}

/** `060/150405`: the day of the year, as HAProxy writes it. */
function dayOfYear(cursor: TimeCursor, day: number, width: number, time: number, guess: DateGuess): ReadTime | null {
  if (width !== 3 || cursor.width !== 6 || day < 1 || day > 366) return null;
  const rough = new Date(Date.UTC(1970, 0, day));
  const year = guess.yearOf(rough.getUTCMonth(), rough.getUTCDate());
  return packedClock(cursor, { year, month: 0, day, hasYear: false }, time);
}

/**
 * Seconds, milliseconds, microseconds or nanoseconds since 1970, depending on the number of digits. They may have a
 * fraction.
 */
function epoch(cursor: TimeCursor, value: number, width: number): ReadTime | null {
  const unit = width === 10 ? 1000 : width === 13 ? 1 : width === 16 ? 1e-3 : 1e-6;
  let ms = value * unit;
  if (ms > LATEST_MS) return null;
  if (width <= 13 && cursor.peek() === DOT && isDigitByte(cursor.peek(1))) {
    cursor.at += 1;
    ms += (cursor.number() / 10 ** cursor.width) * unit;
  }
  return endsWord(cursor.peek()) ? { end: cursor.at, ms, hasYear: true, isBare: true, hasZone: true } : null;
}

/** `1.7723592015e+09`: seconds since 1970 as zap's console writes them. */
function floatEpoch(cursor: TimeCursor, lead: number): ReadTime | null {
  const from = cursor.at;
  cursor.at += 1;
  const fraction = cursor.number();
  const { width } = cursor;
  if (width >= 6 && cursor.peek() === SMALL_E && cursor.peek(1) === PLUS && cursor.peek(2) === 48) {
    const power = cursor.peek(3) - 48;
    cursor.at += 4;
    const ms = (lead + fraction / 10 ** width) * 10 ** (power + 3);
    if (power === 9 && endsWord(cursor.peek())) return { end: cursor.at, ms: Math.round(ms), hasYear: true };
  }
  cursor.at = from;
  return null;
}

const isDigitByte = (byte: number): boolean => byte >= 48 && byte <= 57;
/** The end of the line, a space, a tab, a bar, a comma or a closing bracket. */
const endsWord = (byte: number): boolean =>
  byte === -1 || byte === SPACE || byte === 124 || byte === COMMA || byte === 93 || byte === 9;

/** `060102 150405`, `20060102 150405`, `20060102T150405Z`, `20060102-15:4:5:123`. */
function packed(cursor: TimeCursor, value: number, width: number): ReadTime | null {
  const date: CalendarDate = {
    year: Math.floor(value / 10_000) + (width === 6 ? 2000 : 0),
    month: (Math.floor(value / 100) % 100) - 1,
    day: value % 100,
    hasYear: true,
  };
  if (!isDay(date) || date.year >= 2200 || date.year < 1970) return null;
  if (!cursor.take(SPACE, CAPITAL_T, MINUS, COLON)) return null;
  while (cursor.peek() === SPACE) cursor.at += 1;
  const from = cursor.at;
  const time = cursor.number();
  if (cursor.width === 6) return packedClock(cursor, date, time);
  cursor.at = from;
  return readClock(cursor, date);
}

function packedClock(cursor: TimeCursor, date: CalendarDate, time: number): ReadTime | null {
  const [hours, minutes] = [Math.floor(time / 10_000), Math.floor(time / 100) % 100];
  if (hours > 23 || minutes > 59 || time % 100 > 60) return null;
  return withZone(cursor, date, hours * 3600 + minutes * 60 + (time % 100));
}
