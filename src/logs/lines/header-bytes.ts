import {
  BIG_F,
  BIG_P,
  CLOSE,
  COLON,
  COMMA,
  EQUALS,
  LESS,
  MINUS,
  OPEN,
  PIPE,
  TAB,
  SPACE_BYTE as SPACE,
} from "./byte-codes.ts";
import { opensName } from "./date-names.ts";
import type { HeaderWord } from "./header-words.ts";
import { letterLevel } from "./level-words.ts";

const MAX_FIELD_BYTES = 160;
export const MAX_COLUMN_BYTES = 60;

/** A cheap check of the first bytes: a digit, bracket, `<`, month or weekday, or a label before one of these. */
export function mayBegin(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number;
  if (opensTime(bytes, start, end) || first === LESS || first === EQUALS || letterLevel(first) !== null) return true;
  if (isCapital(first) && isCapital(bytes[start + 1] as number)) return true; // a level
  const space = endOfWord(bytes, start, end);
  return space < end && opensTime(bytes, space + 1, end);
}

const isCapital = (byte: number): boolean => byte >= 65 && byte <= 90;

function opensTime(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return false;
  const from = bytes[at] === OPEN ? at + 1 : at;
  const first = bytes[from] as number;
  return (first >= 48 && first <= 57) || opensName(bytes, from);
}

export function endOfWord(bytes: Uint8Array, from: number, end: number): number {
  const limit = Math.min(end, from + MAX_FIELD_BYTES);
  let to = from;
  while (to < limit && bytes[to] !== SPACE && bytes[to] !== TAB) to += 1;
  return to;
}

export function skipSeparators(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  let pipe = false;
  for (; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === PIPE && !pipe) pipe = true;
    else if (byte === MINUS && isDashes(bytes, at)) continue;
    else if (byte === COLON && bytes[at + 1] === SPACE) continue;
    else if (byte !== SPACE && byte !== TAB && !((byte === COMMA || byte === COLON || byte === CLOSE) && at === from))
      break;
  }
  return at;
}

/** A run of dashes before a space: `-`, `--`, `---`. */
function isDashes(bytes: Uint8Array, from: number): boolean {
  let at = from + 1;
  while (bytes[at] === MINUS) at += 1;
  return bytes[at] === SPACE && at - from <= 3;
}

export function hasPipe(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) if (bytes[i] === PIPE) return true;
  return false;
}

/** There are too many different numbers to cache them as words. */
export function isDigits(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) if ((bytes[i] as number) < 48 || (bytes[i] as number) > 57) return false;
  return true;
}

export const isWide = (bytes: Uint8Array, to: number, end: number): boolean =>
  to + 1 < end && bytes[to] === SPACE && bytes[to + 1] === SPACE;

/** CRI: `stdout F message`. */
export const isContainerStream = (word: string, bytes: Uint8Array, to: number): boolean =>
  (word === "stdout" || word === "stderr") &&
  (bytes[to + 1] === BIG_F || bytes[to + 1] === BIG_P) &&
  bytes[to + 2] === SPACE;

/** True if this word names the logger: `dfs.DataNode:`, `sshd[23]:`, `Class#31`, or a column of its own. */
export function isLoggerHere(word: HeaderWord, isSyslog: boolean, afterLevel: boolean, wide: boolean): boolean {
  if (word.text.length < 2) return false;
  if (word.isCallSite) return true;
  if (!word.isLogger) return false;
  if (word.endsWithColon) return isSyslog || (afterLevel && word.isTagged);
  return afterLevel && (wide || word.isDotted);
}

export function colonSoon(bytes: Uint8Array, from: number, end: number): boolean {
  const limit = Math.min(end, from + MAX_COLUMN_BYTES);
  for (let i = from; i < limit; i += 1) if (bytes[i] === COLON) return true;
  return false;
}

/** @returns the offset of " - " if it comes within three short words, else -1. */
export function dashSoon(bytes: Uint8Array, from: number, end: number): number {
  const limit = Math.min(end - 2, from + 40);
  let spaces = 0;
  for (let i = from; i < limit && spaces < 3; i += 1) {
    if (bytes[i] !== SPACE) continue;
    if (bytes[i + 1] === MINUS && bytes[i + 2] === SPACE) return i;
    spaces += 1;
  }
  return -1;
}

/** Finds the bracket that closes the one at `from`, skipping nested ones. @returns -1 if it is far away or missing. */
export function closing(bytes: Uint8Array, from: number, end: number): number {
  let depth = 0;
  for (let at = from; at < end && at - from < MAX_FIELD_BYTES; at += 1) {
    if (bytes[at] === OPEN) depth += 1;
    else if (bytes[at] === CLOSE && --depth === 0) return at;
  }
  return -1;
}
