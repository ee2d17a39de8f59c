import {
  CLOSE,
  COLON,
  COMMA,
  EQUALS,
  LESS,
  MINUS,
  MORE,
  ONE,
  OPEN,
  PIPE,
  SPACE_BYTE as SPACE,
  TAB,
} from "./byte-codes.ts";
import type { ReadTime } from "./clock-time.ts";
import type { DateGuess } from "./date-guess.ts";
import { endOfWord, isDigits } from "./header-bytes.ts";
import type { HeaderWords } from "./header-words.ts";
import { bracketedLevel, letterLevel, priorityLevel } from "./level-words.ts";
import { readTime } from "./read-time.ts";
import type { TimeCursor } from "./time-cursor.ts";

/** A level and two columns may come before the time. */
const MAX_LABELS = 3;
/** `Information`. */
const MAX_LEVEL_BYTES = 12;
const DAY_MS = 86_400_000;
const MAX_PRIORITY = 191;
const MAX_PRIORITY_DIGITS = 3;
/** `I0301`, `I260301`, `I20260301`. */
const GLOG_DIGITS = [4, 6, 8];

/**
 * How a header begins: where its time ends, and what came with it. `priority`: the level of a syslog priority, which
 * counts if the line states no other. `isOpen`: the time stands in a bracket that closes later. `dayMs`: the day, if
 * the time of day is still to come.
 */
export class Opening {
  end = 0;
  ms = NaN;
  level: string | null = null;
  isSyslog = false;
  isBare = false;
  isOpen = false;
  hasZone = false;
  hasYear = false;
  dayMs = NaN;
  priority: string | null = null;
  isRfc5424 = false;
  isGlog = false;
  isRedis = false;

  set(time: ReadTime, end: number, isOpen: boolean, isSyslog: boolean): this {
    this.end = end;
    this.ms = time.ms;
    this.level = this.priority = null;
    this.isSyslog = isSyslog;
    this.isBare = time.isBare === true;
    this.isOpen = isOpen;
    this.hasZone = time.hasZone === true;
    this.hasYear = time.hasYear;
    this.dayMs = time.dayMs ?? NaN;
    this.isRfc5424 = this.isGlog = this.isRedis = false;
    return this;
  }
}

/**
 * What reading an opening takes: the caches and the state of one log. `opening`: the one object that all functions here
 * return, valid until the next call.
 */
export type OpeningTools = { words: HeaderWords; cursor: TimeCursor; guess: DateGuess; opening: Opening };

/**
 * Finds the time at the start of the line, or after `<13>1 `, `[`, `- `, `I` (glog), one label, or a level and its
 * columns.
 */
export function findOpening(tools: OpeningTools, bytes: Uint8Array, start: number, end: number): Opening | null {
  let at = start;
  let priority: string | null = null;
  if (bytes[at] === LESS) {
    const close = endOfPriority(bytes, at, end);
    if (close === -1) return angleOpening(tools, bytes, at, end);
    priority = priorityLevel(numberAt(bytes, at + 1, close));
    at = close + 1;
    if (bytes[at + 1] === SPACE && bytes[at] === ONE) {
      const time = timeAt(tools, bytes, at + 2, end);
      if (time !== null) Object.assign(time, { priority, isRfc5424: true });
      return time;
    }
  }
  const found = plainOpening(tools, bytes, at, end);
  if (found !== null && priority !== null) found.priority = priority;
  return found;
}

function plainOpening(tools: OpeningTools, bytes: Uint8Array, at: number, end: number): Opening | null {
  const direct = timeAt(tools, bytes, at, end);
  if (direct !== null) return direct;
  const letter = letterLevel(bytes[at] as number);
  if (letter !== null) {
    const glog = glogOpening(tools, bytes, at, end);
    if (glog !== null) {
      glog.level = letter;
      return glog;
    }
  }
  if (bytes[at] === OPEN && bytes[at + 2] === SPACE) {
    // Tornado: `[E 260301 10:00:02 web:123]`.
    const level = letterLevel(bytes[at + 1] as number);
    const time = level === null ? null : timeAt(tools, bytes, at + 3, end);
    if (time !== null) return Object.assign(time, { level, isOpen: true });
  }
  return commaOpening(tools, bytes, at, end) ?? labelledOpening(tools, bytes, at, end);
}

/** Windows' event log as CSV: `Error,3/1/2026 10:00:02 AM,…`. */
function commaOpening(tools: OpeningTools, bytes: Uint8Array, at: number, end: number): Opening | null {
  let comma = at;
  const limit = Math.min(end, at + MAX_LEVEL_BYTES);
  while (comma < limit && ((bytes[comma] as number) | 32) >= 97 && ((bytes[comma] as number) | 32) <= 122) comma += 1;
  if (bytes[comma] !== COMMA || comma - at < 4 || !isDigits(bytes, comma + 1, comma + 2)) return null;
  const { level } = tools.words.at(bytes, at, comma);
  const time = level === null ? null : timeAt(tools, bytes, comma + 1, end);
  return time === null ? null : Object.assign(time, { level });
}

/** Skips labels: any one, or a level with two more. */
function labelledOpening(tools: OpeningTools, bytes: Uint8Array, start: number, end: number): Opening | null {
  let at = start;
  let level: string | null = null;
  for (let label = 0; label < MAX_LABELS; label += 1) {
    const to = endOfLabel(bytes, at, end);
    if (to >= end) return null;
    level ??= labelLevel(tools, bytes, at, to);
    let next = to + 1;
    while (next < end && (bytes[next] === SPACE || bytes[next] === TAB)) next += 1;
    if (label > 0 && bytes[next] === MINUS && bytes[next + 1] === SPACE) next += 2; // `[Nest] 12  - 03/01/2026, …`
    const found = timeAt(tools, bytes, next, end);
    if (found !== null) {
      found.level = level;
      found.isRedis = isRedisProcess(bytes, at, to);
      return found;
    }
    const isNest = label === 0 && bytes[at] === OPEN && isDigits(bytes, next, endOfWord(bytes, next, end));
    if ((level === null && !isNest) || (label > 0 && bytes[at] !== OPEN && !isDigits(bytes, at, to))) return null;
    at = next;
  }
  return null;
}

/** `1:M` (process and role), or `[1234]` in old versions. */
const isRedisProcess = (bytes: Uint8Array, at: number, to: number): boolean =>
  bytes[at] === OPEN
    ? bytes[to - 1] === CLOSE && isDigits(bytes, at + 1, to - 1)
    : to - at > 2 && bytes[to - 2] === COLON && isDigits(bytes, at, to - 2);

function labelLevel({ words }: OpeningTools, bytes: Uint8Array, at: number, to: number): string | null {
  if (bytes[at] === OPEN && bytes[to - 1] === CLOSE) return bracketedLevel(words.at(bytes, at + 1, to - 1).text.trim());
  if (bytes[at] !== EQUALS) return words.at(bytes, at, to).level;
  return words.at(bytes, at + 1, endOfWord(bytes, at, to)).level; // Erlang: `=ERROR REPORT==== 1-Mar-2026::10:00:02`
}

/** The end of a word; of `[two words]`, that of the bracket; of `=ERROR REPORT====`, that of both. */
function endOfLabel(bytes: Uint8Array, at: number, end: number): number {
  const to = endOfWord(bytes, at, end);
  if (bytes[at] === EQUALS && bytes[to] === SPACE && to - at < 12) {
    const second = endOfWord(bytes, to + 1, end);
    return bytes[second - 1] === EQUALS ? second : to;
  }
  if (bytes[at] !== OPEN || bytes[to - 1] === CLOSE) return to;
  const close = bytes.subarray(at, Math.min(end, at + 60)).indexOf(CLOSE);
  return close === -1 ? to : at + close + 1;
}

/** Reads `I0301 10:00:05.123456`, also with a year. The digits are the date. */
function glogOpening(
  { cursor, guess, opening }: OpeningTools,
  bytes: Uint8Array,
  at: number,
  end: number,
): Opening | null {
  let digits = 0;
  while (digits < 9 && (bytes[at + 1 + digits] as number) >= 48 && (bytes[at + 1 + digits] as number) <= 57)
    digits += 1;
  if (!GLOG_DIGITS.includes(digits) || bytes[at + 1 + digits] !== SPACE) return null;
  const packed = numberAt(bytes, at + 1, at + 1 + digits);
  const month = Math.floor(packed / 100) % 100;
  const day = packed % 100;
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const time = readTime(cursor, bytes, at + 2 + digits, end, guess);
  if (time === null || time.hasDay !== false) return null;
  const year = digits === 4 ? guess.yearOf(month - 1, day) : Math.floor(packed / 10_000) + (digits === 6 ? 2000 : 0);
  const ofDayMs = ((time.ms % DAY_MS) + DAY_MS) % DAY_MS;
  opening.set(time, time.end, false, false);
  opening.hasYear = digits !== 4;
  opening.ms = Date.UTC(year, month - 1, day) + ofDayMs;
  opening.isGlog = true;
  if (opening.hasYear) guess.learn(opening.ms);
  return opening;
}

/** WebLogic: `####<Mar 1, 2026 10:00:02 AM CET> <Error> …`. */
function angleOpening(tools: OpeningTools, bytes: Uint8Array, at: number, end: number): Opening | null {
  const time = readTime(tools.cursor, bytes, at + 1, end, tools.guess);
  if (time === null || bytes[time.end] !== MORE) return null;
  return tools.opening.set(time, time.end + 1, false, false);
}

/** Reads a time at `from`, also in a bracket. */
export function timeAt(tools: OpeningTools, bytes: Uint8Array, from: number, end: number): Opening | null {
  const bracket = bytes[from] === OPEN ? 1 : 0;
  const time = readTime(tools.cursor, bytes, from + bracket, end, tools.guess);
  if (time === null) return null;
  const next = time.end < end ? (bytes[time.end] as number) : SPACE;
  const isEnd = next === SPACE || next === TAB || next === CLOSE || next === PIPE || next === COMMA || next === COLON;
  if (!isEnd && !(next === OPEN && time.hasZone === true)) return null;
  const isName = (bytes[from + bracket] as number) > 64;
  const isClosed = bracket === 1 && next === CLOSE;
  const isSyslog = isName && bracket === 0 && !time.hasYear;
  const opening = tools.opening.set(time, isClosed ? time.end + 1 : time.end, bracket === 1 && !isClosed, isSyslog);
  if (isClosed) opening.isBare = false; // `[1772359201] text`: no plain number
  return opening;
}

function endOfPriority(bytes: Uint8Array, at: number, end: number): number {
  let to = at + 1;
  while (to < end && to - at <= MAX_PRIORITY_DIGITS && (bytes[to] as number) >= 48 && (bytes[to] as number) <= 57)
    to += 1;
  const isPriority = to > at + 1 && bytes[to] === MORE && numberAt(bytes, at + 1, to) <= MAX_PRIORITY;
  return isPriority ? to : -1;
}

function numberAt(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i += 1) value = value * 10 + (bytes[i] as number) - 48;
  return value;
}
