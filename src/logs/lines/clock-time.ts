import type { TimeCursor } from "./time-cursor.ts";
import { zoneAreaAt, zoneNameAt } from "./zone-names.ts";

const COLON = 58;
const DOT = 46;
const COMMA = 44;
const MINUS = 45;
const PLUS = 43;
const SPACE = 32;
const OPEN = 91;
const CLOSE = 93;
const CAPITAL_Z = 90;
const SMALL_A = 97;
const SMALL_M = 109;
const SMALL_P = 112;
/** The first byte of U+202F, and its length. */
const NARROW_SPACE = 0xe2;
const NARROW_SPACE_BYTES = 3;
const HALF_DAY_MS = 43_200_000;
const MINUTE_MS = 60_000;
const MAX_ZONE_HOURS = 14;

/**
 * A time, and the offset where it ends. `ms`: NaN for a date without a time. `hasYear` false: the year is a guess.
 * `isBare`: it may be a plain number. `hasZone`: the line states the zone; otherwise the time is taken as UTC. `hasDay`
 * false: the day is a guess, too. `dayMs`: the day of a date without a time.
 */
export type ReadTime = {
  end: number;
  ms: number;
  hasYear: boolean;
  isBare?: boolean;
  hasZone?: boolean;
  hasDay?: boolean;
  dayMs?: number;
};

export type CalendarDate = { year: number; month: number; day: number; hasYear: boolean };

/** `minutesOnly`: a time without seconds is accepted, because the date before it leaves no doubt. */
export type ClockOptions = { minutesOnly?: boolean };

/** Reads `15:04[:05][.000|,000|:000][ PM][Z|+00:00| +0000| CET]`. */
export function readClock(cursor: TimeCursor, date: CalendarDate, options: ClockOptions = {}): ReadTime | null {
  const hour = cursor.number();
  if (!(hour < 24) || cursor.width > 2 || !takeColon(cursor)) return null;
  const minute = cursor.number();
  if (!(minute < 60) || cursor.width > 2) return null;
  if (!takeColon(cursor)) {
    const isWhole = cursor.width === 2 && (options.minutesOnly === true || hasHalfDay(cursor));
    return isWhole ? withZone(cursor, date, hour * 3600 + minute * 60) : null;
  }
  const second = cursor.number();
  if (!(second < 61) || cursor.width > 2) return null;
  return withZone(cursor, date, hour * 3600 + minute * 60 + second);
}

function takeColon(cursor: TimeCursor): boolean {
  const mark = cursor.peek();
  if (mark !== COLON && mark !== DOT) return false;
  cursor.at += 1;
  return true;
}

/** Reads fraction, AM/PM and zone behind the time of day. Without a zone, the time is UTC. */
export function withZone(
  cursor: TimeCursor,
  { year, month, day, hasYear }: CalendarDate,
  secondsOfDay: number,
): ReadTime {
  let ms = Date.UTC(year, month, day) + secondsOfDay * 1000;
  const mark = cursor.peek();
  if ((mark === DOT || mark === COMMA || mark === COLON) && cursor.peek(1) >= 48 && cursor.peek(1) <= 57) {
    cursor.at += 1;
    ms += (cursor.number() / 10 ** cursor.width) * 1000;
  }
  return behindFraction(cursor, ms, secondsOfDay, hasYear);
}

/** Reads AM/PM and zone. @param localMs the time so far, as if it were UTC. */
export function behindFraction(cursor: TimeCursor, localMs: number, secondsOfDay: number, hasYear: boolean): ReadTime {
  let ms = localMs;
  if (hasHalfDay(cursor)) {
    const isAfternoon = takeHalfDay(cursor) === SMALL_P;
    if (isAfternoon && secondsOfDay < 43_200) ms += HALF_DAY_MS;
    else if (!isAfternoon && secondsOfDay >= 43_200 && secondsOfDay < 46_800) ms -= HALF_DAY_MS;
  }
  const minutes = zoneMinutes(cursor, ms);
  return { end: cursor.at, ms: ms - (minutes ?? 0) * MINUTE_MS, hasYear, hasZone: minutes !== null };
}

/** The gap before AM or PM: none, a space, or the narrow space that newer Java versions write. -1: no AM or PM. */
function halfDayGap(cursor: TimeCursor): number {
  const byte = cursor.peek();
  const gap = byte === SPACE ? 1 : byte === NARROW_SPACE ? NARROW_SPACE_BYTES : 0;
  const letter = cursor.peek(gap) | 32;
  if ((letter !== SMALL_A && letter !== SMALL_P) || (cursor.peek(gap + 1) | 32) !== SMALL_M) return -1;
  const next = cursor.peek(gap + 2) | 32;
  return next >= 97 && next <= 122 ? -1 : gap;
}

const hasHalfDay = (cursor: TimeCursor): boolean => halfDayGap(cursor) !== -1;

function takeHalfDay(cursor: TimeCursor): number {
  const gap = halfDayGap(cursor);
  const letter = cursor.peek(gap) | 32;
  cursor.at += gap + 2;
  return letter;
}

/** Reads `Z`, an offset or a zone name behind the time. @returns minutes east of UTC; null if the line states none. */
function zoneMinutes(cursor: TimeCursor, localMs: number): number | null {
  const byte = cursor.peek();
  if (byte === CAPITAL_Z) {
    cursor.at += 1;
    return 0;
  }
  const gap = byte === SPACE ? 1 : 0;
  const sign = cursor.peek(gap);
  if (sign === PLUS || sign === MINUS) return offsetMinutes(cursor, gap);
  if (sign < 65 || sign > 90 || cursor.peek(gap + 1) < 65) return null;
  return namedMinutes(cursor, gap, localMs);
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** `+01:00`, `+0100`, and the short `+01` of Postgres where a bracket, a colon or the end follows. */
function offsetMinutes(cursor: TimeCursor, gap: number): number | null {
  const from = gap + 1;
  if (!isDigit(cursor.peek(from)) || !isDigit(cursor.peek(from + 1))) return null;
  const sign = cursor.peek(gap) === MINUS ? -1 : 1;
  const hours = (cursor.peek(from) - 48) * 10 + cursor.peek(from + 1) - 48;
  const colon = cursor.peek(from + 2) === COLON ? 1 : 0;
  const [ten, one] = [cursor.peek(from + 2 + colon), cursor.peek(from + 3 + colon)];
  if (isDigit(ten) && isDigit(one)) {
    cursor.at += from + 4 + colon;
    return sign * (hours * 60 + (ten - 48) * 10 + one - 48);
  }
  if (hours > MAX_ZONE_HOURS || isDigit(ten)) return null;
  const next = cursor.peek(from + 2);
  const isShort =
    gap === 0
      ? next === -1 || next === SPACE || next === CLOSE || next === COLON
      : next === COLON || (next === SPACE && cursor.peek(from + 3) === OPEN);
  if (!isShort) return null;
  cursor.at += from + 2;
  return sign * hours * 60;
}

/** `CET`, `UTC`, `UTC+2`, `GMT-0500`, `Europe/Berlin`. */
function namedMinutes(cursor: TimeCursor, gap: number, localMs: number): number | null {
  const { bytes, end } = cursor;
  const named = zoneNameAt(bytes, cursor.at + gap, end);
  if (named !== null) {
    cursor.at = named.end;
    if (named.minutes !== 0 || (cursor.peek() !== PLUS && cursor.peek() !== MINUS)) return named.minutes;
    const sign = cursor.peek() === MINUS ? -1 : 1;
    const offset = offsetMinutes(cursor, 0);
    if (offset !== null) return offset;
    if (!isDigit(cursor.peek(1)) || isDigit(cursor.peek(2))) return 0;
    cursor.at += 2;
    return sign * (cursor.peek(-1) - 48) * 60;
  }
  const area = zoneAreaAt(bytes, cursor.at + gap, end);
  const minutes = area === null ? null : cursor.areas.minutesAt(area.name, localMs);
  if (area !== null && minutes !== null) cursor.at = area.end;
  return minutes;
}
