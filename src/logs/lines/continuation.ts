import { SPACE_BYTE as SPACE, TAB } from "./byte-codes.ts";
import { Prefixes } from "./prefixes.ts";
import { TraceLines } from "./trace-lines.ts";

const NEWLINE = 10;
/** After this many headers, a log may have some lines without one before its first header, or several for each. */
const TRUSTED_HEADERS = 3;
const BARE_FOR_EACH_HEADER = 4;

/**
 * What a line is by its beginning: without a header; with a time alone; with a header; one that explains the line
 * before it, although it has a header (PostgreSQL's `DETAIL:`); a JSON object or logfmt.
 */
export const [BARE, STAMPED, HEADED, DETAIL, RECORD] = [0, 1, 2, 3, 4] as const;
export type LineKind = typeof BARE | typeof STAMPED | typeof HEADED | typeof DETAIL | typeof RECORD;

/**
 * Detects lines that continue the event before them: the lines of stack traces anywhere, and, in a file whose lines
 * have headers, any line without one. A line with a time of its own is an event, but for frames and for the parts of a
 * PostgreSQL error. Lines that hold a JSON object are events. Callers handle blank lines.
 */
export class Continuation {
  private hasEvent = false;
  /** True if the file began with a header. `headed` counts lines with a header, `bare` unindented lines without one. */
  private opensWithHeader = false;
  private headed = 0;
  private bare = 0;
  private isStructured = false;
  private readonly trace = new TraceLines();

  /** Starts a new file. No event continues across files. */
  startFile(): void {
    this.hasEvent = this.opensWithHeader = this.isStructured = false;
    this.headed = this.bare = 0;
    this.trace.reset();
  }

  /**
   * @param messageStart where the header ends; the start of the line if there is none.
   * @param ink the first byte of the message that is not a space.
   */
  isContinuation(bytes: Uint8Array, messageStart: number, ink: number, end: number, kind: LineKind): boolean {
    if (this.hasEvent && kind !== RECORD && this.goesOn(bytes, messageStart, ink, end, kind)) return true;
    const isHeaded = kind === STAMPED || kind === HEADED;
    if (!this.hasEvent) this.opensWithHeader = isHeaded;
    this.hasEvent = true;
    this.isStructured = kind === RECORD;
    if (isHeaded) this.headed += 1;
    this.trace.open(bytes, ink, end);
    return false;
  }

  /** Notes a blank line. */
  passBlank(): void {
    this.trace.passBlank();
  }

  private goesOn(bytes: Uint8Array, messageStart: number, ink: number, end: number, kind: LineKind): boolean {
    const { trace } = this;
    if (kind === DETAIL) return true;
    if (kind !== BARE) {
      const from = indentOf(bytes, messageStart, ink);
      // Where a shipper stamped each line (`kubectl logs --timestamps`), a dump goes on as it would without stamps.
      return kind === STAMPED && trace.isOpen
        ? trace.continues(bytes, from, ink, end)
        : trace.isFrame(bytes, from, ink, end);
    }
    const from = messageStart;
    if (RUNTIME.has(bytes, ink, end)) return false;
    if (trace.continues(bytes, from, ink, end)) return true;
    const isExpected = !this.isStructured && this.areLinesHeaded() && (ink > from || !hasOwnTime(bytes, ink, end));
    if (ink === from) this.bare += 1;
    if (isExpected) trace.open(bytes, ink, end); // a message may be followed by the title of a dump
    return isExpected;
  }

  private areLinesHeaded(): boolean {
    const { headed, bare } = this;
    return headed >= TRUSTED_HEADERS ? headed * BARE_FOR_EACH_HEADER >= bare : this.opensWithHeader && headed >= bare;
  }
}

/** What AWS Lambda writes between the lines of a function. */
const RUNTIME = new Prefixes("START RequestId: |END RequestId: |REPORT RequestId: |INIT_START |INIT_REPORT ");

/** A date with a time, outside of quotes and not as a value after `=`. */
const OWN_TIME = /(?:^|[\s[(|])(?:\d{4}[-/]\d\d[-/]\d\d[T ]|\d{1,2}[-/][A-Z][a-z]{2}[-/]\d{4}[: ])\d\d:\d\d:\d\d/;
const MAX_TIME_OFFSET = 240;

/** True if a time stands in the line, as in access logs. */
const hasOwnTime = (bytes: Uint8Array, start: number, end: number): boolean =>
  OWN_TIME.test(
    Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, MAX_TIME_OFFSET)).toString("latin1"),
  );

/** The start of a message with its indentation. A header ends with one separator, which is none. */
function indentOf(bytes: Uint8Array, messageStart: number, ink: number): number {
  if (bytes[ink - 1] !== TAB && bytes[ink - 2] !== SPACE) return ink;
  let from = ink;
  while (from > 0 && (bytes[from - 1] === SPACE || bytes[from - 1] === TAB)) from -= 1;
  return Math.min(from, Math.max(messageStart, 0));
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
  const trace = new TraceLines();
  for (let newline = bytes.indexOf(NEWLINE); newline !== -1;) {
    const start = newline + 1;
    const next = bytes.indexOf(NEWLINE, start);
    if (first === -1) first = start;
    if (next === -1) break;
    const ink = firstInk(bytes, start, next);
    if (ink < next && !trace.isFrame(bytes, start, ink, next)) {
      if (hasHeader(start, next)) return { at: start, isHeaded: true };
      if (fallback === -1 && ink === start) fallback = start;
    }
    newline = next;
  }
  return first === -1 ? null : { at: fallback === -1 ? first : fallback, isHeaded: false };
}

/** The first byte that is not a space, or `end`. */
export function firstInk(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
  return at;
}
