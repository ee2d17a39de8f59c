import type { TimeCursor } from "./time-cursor.ts";

const COLON = 58;
const DOT = 46;
const COMMA = 44;
const MINUS = 45;
const PLUS = 43;
const SPACE = 32;
const CAPITAL_Z = 90;
const SMALL_A = 97;
const SMALL_M = 109;
const SMALL_P = 112;

/**
 * A time, and the offset where it ends. `ms`: NaN for a date without a time. `hasYear` false: the year is a guess.
 * `isBare`: it may be a plain number.
 */
export type ReadTime = { end: number; ms: number; hasYear: boolean; isBare?: boolean };

export type CalendarDate = { year: number; month: number; day: number; hasYear: boolean };

/** Reads `15:04[:05][.000|,000|:000][ PM][Z|+00:00| +0000]`. */
export function readClock(cursor: TimeCursor, date: CalendarDate): ReadTime | null {
  const hour = cursor.number();
  if (!(hour < 24) || cursor.width > 2 || !cursor.take(COLON, DOT)) return null;
  const minute = cursor.number();
  if (!(minute < 60) || cursor.width > 2 || !cursor.take(COLON, DOT)) return null;
  const second = cursor.number();
  if (!(second < 61) || cursor.width > 2) return null;
  return withZone(cursor, date, hour * 3600 + minute * 60 + second);
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
  if (cursor.peek() === SPACE && (cursor.peek(1) | 32) === SMALL_P && (cursor.peek(2) | 32) === SMALL_M) {
    cursor.at += 3;
    if (secondsOfDay < 43_200) ms += 43_200_000;
  } else if (
    cursor.peek() === SPACE &&
    (cursor.peek(1) | 32) === SMALL_A &&
    (cursor.peek(2) | 32) === SMALL_M &&
    cursor.peek(3) === SPACE
  )
    cursor.at += 3;
  ms -= zoneMs(cursor);
  return { end: cursor.at, ms, hasYear };
}

function zoneMs(cursor: TimeCursor): number {
  if (cursor.take(CAPITAL_Z)) return 0;
  const gap = cursor.peek() === SPACE ? 1 : 0;
  const sign = cursor.peek(gap);
  const digits = [1, 2, 3, 4].every((i) => {
    const byte = cursor.peek(gap + i + (i > 2 && cursor.peek(gap + 3) === COLON ? 1 : 0));
    return byte >= 48 && byte <= 57;
  });
  if ((sign !== PLUS && sign !== MINUS) || !digits) return 0;
  cursor.at += gap + 1;
  const hours = cursor.number();
  const packedZone = cursor.width === 4;
  if (!packedZone) cursor.take(COLON);
  const minutes = packedZone ? hours % 100 : cursor.number();
  const total = (packedZone ? Math.floor(hours / 100) : hours) * 60 + minutes;
  return (sign === MINUS ? -total : total) * 60_000;
}
