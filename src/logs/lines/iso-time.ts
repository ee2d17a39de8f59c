import { COLON, COMMA, DOT, MINUS, SLASH, SPACE_BYTE as SPACE } from "./byte-codes.ts";
import { behindFraction, type ReadTime } from "./clock-time.ts";
import type { TimeCursor } from "./time-cursor.ts";

const CAPITAL_T = 84;
const CAPITAL_Z = 90;
/** Length of `2006-01-02T15:04:05`. */
const WIDTH = 19;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** The two digits at `at`; a number of 100 or more if these are no digits. */
function pair(bytes: Uint8Array, at: number): number {
  const [tens, ones] = [(bytes[at] as number) - 48, (bytes[at + 1] as number) - 48];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 100;
}

/**
 * Reads the commonest form of a time, `2006-01-02T15:04:05.000Z`, with fixed places: a fraction, a zone, or slashes and
 * a space instead of dashes and `T`. It gives what the general reader gives, at a third of its cost.
 *
 * @returns null for any other form.
 */
export function isoTime(cursor: TimeCursor, bytes: Uint8Array, start: number, end: number): ReadTime | null {
  if (end - start < WIDTH) return null;
  const mark = bytes[start + 4];
  if ((mark !== MINUS && mark !== SLASH) || bytes[start + 7] !== mark) return null;
  const gap = bytes[start + 10];
  if ((gap !== CAPITAL_T && gap !== SPACE) || bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return null;
  const year = pair(bytes, start) * 100 + pair(bytes, start + 2);
  const month = pair(bytes, start + 5);
  const day = pair(bytes, start + 8);
  const hour = pair(bytes, start + 11);
  const minute = pair(bytes, start + 14);
  const second = pair(bytes, start + 17);
  if (year >= 10_000 || pair(bytes, start + 2) > 99) return null;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  let at = start + WIDTH;
  if (at < end && isDigit(bytes[at] as number)) return null;
  const secondsOfDay = hour * 3600 + minute * 60 + second;
  let ms = cursor.dayMs(year, month - 1, day) + secondsOfDay * 1000;
  const next = at < end ? bytes[at] : -1;
  if ((next === DOT || next === COMMA || next === COLON) && at + 1 < end && isDigit(bytes[at + 1] as number)) {
    const from = at + 1;
    let fraction = 0;
    for (at = from; at < end && isDigit(bytes[at] as number); at += 1)
      fraction = fraction * 10 + (bytes[at] as number) - 48;
    if (at - from > 9) return null;
    ms += (fraction / 10 ** (at - from)) * 1000;
  }
  if (at < end && bytes[at] === CAPITAL_Z) return { end: at + 1, ms, hasYear: true, hasZone: true };
  cursor.reset(bytes, at, end);
  return behindFraction(cursor, ms, secondsOfDay, true);
}
