import { CLOSE, CLOSE_PAREN, code, COLON, EQUALS, OPEN, OPEN_PAREN, SPACE_BYTE as SPACE } from "./byte-codes.ts";
import type { ReadTime } from "./clock-time.ts";
import type { OpeningTools } from "./header-opening.ts";
import { Prefixes } from "./prefixes.ts";
import { readTime } from "./read-time.ts";

const [SMALL_A, SMALL_T] = ["a", "t"].map(code) as [number, number];
const MIN_TIME_BYTES = 19;
const MAX_TIME_BYTES = 40;
const LABELS = ["time", "timestamp", "date", "datetime", "ts", "when"];
const MAX_LABEL_BYTES = 10;

/**
 * Reads the time at the end of a line that has none at its start: `… - Time: 2006-01-02 15:04:05`, `… [2006-01-02
 * 15:04:05]`. Without a label or a bracket, it is part of the message (`expires 2006-01-02 15:04:05`).
 */
export function lastTime(
  { cursor, guess }: OpeningTools,
  bytes: Uint8Array,
  start: number,
  end: number,
): ReadTime | null {
  const last = bytes[end - 1] as number;
  const isBracket = last === CLOSE || last === CLOSE_PAREN;
  if (!isBracket && !isDigit(last) && last !== 90) return null;
  const to = isBracket ? end - 1 : end;
  if (to - start < MIN_TIME_BYTES || !hasClock(bytes, to)) return null;
  for (let at = to - MIN_TIME_BYTES; at >= start && to - at <= MAX_TIME_BYTES; at -= 1) {
    if (!isDigit(bytes[at] as number) || isDigit(bytes[at - 1] as number)) continue;
    if (!(isBracket ? isOpener(bytes[at - 1] as number) : isLabelled(bytes, start, at))) continue;
    const time = readTime(cursor, bytes, at, to, guess);
    if (time !== null && time.end === to && time.hasYear && !Number.isNaN(time.ms)) return time;
  }
  return null;
}

/** True if the time at the end says when a request began: the line is no header of the lines below it. */
export const isRequestStart = (bytes: Uint8Array, start: number, end: number): boolean =>
  STARTED.has(bytes, start, end);

/** Rails: `Started GET "/" for 10.0.0.1 at 2006-01-02 15:04:05 +0000`. */
const STARTED = new Prefixes("Started ");
const isAt = (bytes: Uint8Array, to: number): boolean =>
  bytes[to - 3] === SPACE && bytes[to - 2] === SMALL_A && bytes[to - 1] === SMALL_T;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isOpener = (byte: number): boolean => byte === OPEN || byte === OPEN_PAREN;

/** A cheap test: two colons in the last bytes. */
function hasClock(bytes: Uint8Array, to: number): boolean {
  let colons = 0;
  for (let i = to - 1; i > to - 16 && i >= 0; i -= 1) if (bytes[i] === COLON) colons += 1;
  return colons >= 2;
}

function isLabelled(bytes: Uint8Array, start: number, at: number): boolean {
  let to = at;
  while (to > start && (bytes[to - 1] === SPACE || bytes[to - 1] === COLON || bytes[to - 1] === EQUALS)) to -= 1;
  if (to === at) return false;
  if (bytes[to] === SPACE && to + 1 === at) return isRequestStart(bytes, start, at) && isAt(bytes, to);
  const word = Buffer.from(bytes.subarray(Math.max(start, to - MAX_LABEL_BYTES), to)).toString("latin1");
  return LABELS.includes((/[A-Za-z]+$/.exec(word)?.[0] ?? "").toLowerCase());
}
