import { code, SPACE_BYTE as SPACE, TAB } from "./byte-codes.ts";
import { isDigits } from "./header-bytes.ts";

const encoder = new TextEncoder();
const [AT, FILE, CAUSED, SUPPRESSED, TRACEBACK, DOTS, MORE, FRAMES] = [
  "at ",
  'File "',
  "Caused by: ",
  "Suppressed: ",
  "Traceback (most recent call last)",
  "... ",
  "more",
  "common frames omitted",
].map((text) => encoder.encode(text)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const NEWLINE = 10;
const OPEN_PAREN = code("(");
const OPEN_BRACE = code("{");
const OPENERS = new Set(["a", "F", "C", "S", "T", "."].map(code));
const MAX_COUNT_DIGITS = 6;

/**
 * Detects lines that continue the event before them: frames and causes of stack traces anywhere, and, in a file whose
 * lines have headers, any line without one. Blank lines and lines that open a JSON object are never continuations.
 */
export class Continuation {
  private hasEvent = false;
  /** True if the file began with a header. `headed` counts lines with a header, `bare` unindented lines without one. */
  private opensWithHeader = false;
  private headed = 0;
  private bare = 0;
  /** True inside a Python traceback, which ends with an unindented line. */
  private inTraceback = false;

  /** Starts a new file. No event continues across files. */
  startFile(): void {
    this.hasEvent = this.opensWithHeader = this.inTraceback = false;
    this.headed = this.bare = 0;
  }

  /** @param messageStart where the header ends; `start` if there is none. Lines must come in order. */
  isContinuation(bytes: Uint8Array, start: number, messageStart: number, end: number, hasHeader: boolean): boolean {
    const at = firstInk(bytes, messageStart, end);
    if (at === end) return false;
    if (!this.hasEvent) {
      this.hasEvent = true;
      this.opensWithHeader = hasHeader;
    } else if (OPENERS.has(bytes[at] as number) && isTraceLine(bytes, start, at, end)) {
      this.inTraceback ||= bytes[at] === TRACEBACK[0];
      return true;
    } else if (!hasHeader) {
      return this.isBareContinuation(bytes[at] as number, at > start);
    }
    if (hasHeader) this.headed += 1;
    this.inTraceback = false;
    return false;
  }

  private isBareContinuation(first: number, isIndented: boolean): boolean {
    const isExpected = this.inTraceback || (this.opensWithHeader && this.headed >= this.bare && first !== OPEN_BRACE);
    if (!isIndented) {
      this.bare += 1;
      this.inTraceback = false;
    }
    return isExpected;
  }
}

/**
 * Finds a place to cut a file without splitting an event: after the newline before the first line with a header; else
 * before the first line that does not look like part of a trace; else after the first newline.
 *
 * @param hasHeader tests whether `bytes[start..end)` begins with a header.
 * @returns the offset after that newline, and whether a header follows; null if there is no newline.
 */
export function cutBetweenEvents(
  bytes: Uint8Array,
  hasHeader: (start: number, end: number) => boolean,
): { at: number; isHeaded: boolean } | null {
  let fallback = -1;
  let first = -1;
  for (let newline = bytes.indexOf(NEWLINE); newline !== -1;) {
    const start = newline + 1;
    const next = bytes.indexOf(NEWLINE, start);
    if (first === -1) first = start;
    if (next === -1) break;
    const at = firstInk(bytes, start, next);
    if (at < next && !isTraceLine(bytes, start, at, next)) {
      if (hasHeader(start, next)) return { at: start, isHeaded: true };
      if (fallback === -1 && at === start) fallback = start;
    }
    newline = next;
  }
  return first === -1 ? null : { at: fallback === -1 ? first : fallback, isHeaded: false };
}

/** True for a frame or cause of a stack trace. `at`: its first byte that is not a space. */
function isTraceLine(bytes: Uint8Array, start: number, at: number, end: number): boolean {
  const isIndented =
    at > start && (bytes[at - 1] === TAB || at - 1 === start || bytes[at - 2] === SPACE || bytes[at - 2] === TAB);
  if (begins(bytes, at, end, AT)) return isIndented || isCall(bytes, at, end);
  if (begins(bytes, at, end, FILE)) return isIndented;
  if (begins(bytes, at, end, DOTS)) return isOmission(bytes, at + DOTS.length, end);
  return begins(bytes, at, end, CAUSED) || begins(bytes, at, end, SUPPRESSED) || begins(bytes, at, end, TRACEBACK);
}

/** `at a.b.C.d(C.java:12)`: one word with a parenthesis. */
function isCall(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = at + AT.length; i < end && bytes[i] !== SPACE; i += 1)
    if (bytes[i] === OPEN_PAREN) return i > at + AT.length;
  return false;
}

/** `12 more`, `12 common frames omitted`. */
function isOmission(bytes: Uint8Array, from: number, end: number): boolean {
  let to = from;
  while (to < end && to - from < MAX_COUNT_DIGITS && bytes[to] !== SPACE) to += 1;
  return (
    to > from && isDigits(bytes, from, to) && (begins(bytes, to + 1, end, MORE) || begins(bytes, to + 1, end, FRAMES))
  );
}

function begins(bytes: Uint8Array, at: number, end: number, prefix: Uint8Array): boolean {
  if (at + prefix.length > end) return false;
  for (let i = 0; i < prefix.length; i += 1) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

function firstInk(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
  return at;
}
