import { type CalendarDate, readClock, type ReadTime } from "./clock-time.ts";
import type { DateGuess } from "./date-guess.ts";
import { isoTime } from "./iso-time.ts";
import { fromNumber } from "./numeric-date.ts";
import type { TimeCursor } from "./time-cursor.ts";
import { MONTHS, opensName, WEEKDAYS } from "./date-names.ts";

const COMMA = 44;

/**
 * Reads the time at the start of a line, in the formats that programs write. A time without a zone is UTC.
 *
 * @param cursor any cursor; its position changes.
 * @param guess completes dates that the format writes only in part.
 * @returns null if no time begins at `start`.
 */
export function readTime(
  cursor: TimeCursor,
  bytes: Uint8Array,
  start: number,
  end: number,
  guess: DateGuess,
): ReadTime | null {
  const first = start < end ? (bytes[start] as number) : -1;
  const isDigit = first >= 48 && first <= 57;
  if (!isDigit && !opensName(bytes, start)) return null;
  if (isDigit) {
    const iso = isoTime(cursor, bytes, start, end);
    if (iso !== null) {
      guess.learn(iso.ms);
      return iso;
    }
  }
  cursor.reset(bytes, start, end);
  return isDigit ? fromNumber(cursor, guess) : fromName(cursor, guess);
}

/**
 * `Jan _2 15:04:05`, `Jan _2 2006 15:04:05`, `Mon Jan _2 15:04:05 [MST] 2006`, `Jan 02, 2006, 15:04:05`. A weekday may
 * also come before a date that starts with a number: `Mon 2006-01-02 15:04:05`, `Mon, 02 Jan 2006 15:04:05`.
 */
function fromName(cursor: TimeCursor, guess: DateGuess): ReadTime | null {
  if (cursor.name(WEEKDAYS) !== -1) {
    cursor.take(COMMA);
    if (!cursor.spaces()) return null;
    if (cursor.peek() >= 48 && cursor.peek() <= 57) return fromNumber(cursor, guess);
  }
  const month = cursor.name(MONTHS);
  if (month === -1 || !cursor.spaces()) return null;
  const day = cursor.number();
  cursor.take(COMMA);
  if (!(day >= 1 && day <= 31) || !cursor.spaces()) return null;
  const before = cursor.at;
  const stated = cursor.number();
  let date: CalendarDate;
  if (cursor.width === 4 && (cursor.take(COMMA), cursor.spaces())) date = { year: stated, month, day, hasYear: true };
  else {
    cursor.at = before;
    date = { year: guess.yearOf(month, day), month, day, hasYear: false };
  }
  const found = readClock(cursor, date);
  if (found === null || date.hasYear) return found;
  return lateYear(cursor, found, date.year);
}

/** The year behind the time: `Mon Jan _2 15:04:05 2006`, `Mon Jan _2 15:04:05 CET 2006`. */
function lateYear(cursor: TimeCursor, found: ReadTime, guessed: number): ReadTime {
  cursor.at = found.end;
  if (!cursor.spaces()) return found;
  const zone = cursor.at;
  while (cursor.peek() >= 65 && cursor.peek() <= 90) cursor.at += 1;
  if (cursor.at > zone && !cursor.spaces()) return found;
  const late = cursor.number();
  if (cursor.width !== 4 || late < 1970 || late > 2200) return found;
  return { ...found, end: cursor.at, ms: found.ms + Date.UTC(late, 0, 1) - Date.UTC(guessed, 0, 1), hasYear: true };
}
