import { type FileLines, eachLine, NEWLINE, reportBadUtf8 } from "./blocks.ts";
import { parseJson } from "./jsonl.ts";
import type { FileProblems } from "./problems.ts";
import type { TimeLimits } from "./time-limits.ts";

const KEY = Buffer.from('"timeUnixNano"');
const DIGITS = /^\d{1,25}$/;
const LINE_END = Buffer.from("\n");
const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * `onTime`: gets the time of each record inside the limits, Unix nanoseconds. `isWanted`: gets the text of each such
 * line.
 */
type LineOptions = { onTime?: (nanos: bigint) => void; isWanted?: ((line: string) => boolean) | null };

/**
 * The log records of a block that may be given: whole JSON objects whose time is inside the limits. A line is decoded
 * only where its time is not the first field, where recorders write it, or where `isWanted` has to see it. A skipped
 * line leaves an empty one, so that readers count lines as in the file. A line later than `asOf` leaves nothing.
 */
export function admittedLines(
  block: FileLines,
  limits: TimeLimits,
  problems: FileProblems,
  { onTime, isWanted = null }: LineOptions = {},
): Buffer {
  const { bytes } = block;
  const pieces: Uint8Array[] = [];
  reportBadUtf8(block, problems);
  eachLine(block, (lineStart, lineEnd, line) => {
    const start = skipBlanks(bytes, lineStart, lineEnd);
    const end = skipBlanksBack(bytes, start, lineEnd);
    const nanos = start === end ? null : timeOf(bytes, start, end);
    const place = nanos === null ? "outside" : limits.ofNanos(nanos);
    if (place === "later") return;
    if (place === "inside" && nanos !== null) onTime?.(nanos);
    const whole = bytes[end - 1] === CLOSE;
    if (place === "inside" && whole) {
      if (isWanted === null || isWanted(bytes.toString("utf8", start, end))) pieces.push(bytes.subarray(start, end));
    } else if (place === "inside") problems.add("half a JSON object", line);
    else if (nanos === null && start < end) problems.add("not a JSON object with a timeUnixNano", line);
    pieces.push(LINE_END);
  });
  return Buffer.concat(pieces);
}

/**
 * The time of the record in `[start, end)`, or null. A key of that name elsewhere (nested, or in a text) is ignored.
 */
function timeOf(bytes: Buffer, start: number, end: number): bigint | null {
  if (bytes[start] !== OPEN) return null;
  const key = skipBlanks(bytes, start + 1, end);
  const colon = skipBlanks(bytes, key + KEY.length, end);
  const stands =
    bytes[colon] === COLON && bytes.compare(KEY, 0, KEY.length, key, Math.min(key + KEY.length, end)) === 0;
  if (!stands || bytes.subarray(colon, end).includes(KEY)) return parsedTime(bytes.toString("utf8", start, end));
  let from = skipBlanks(bytes, colon + 1, end);
  if (bytes[from] === QUOTE) from += 1;
  let to = from;
  while (to < end && isDigit(bytes[to])) to += 1;
  const digits = bytes.toString("latin1", from, to);
  return DIGITS.test(digits) ? BigInt(digits) : null;
}

function parsedTime(text: string): bigint | null {
  const json = parseJson(text);
  const time = typeof json === "object" && json !== null && "timeUnixNano" in json ? String(json.timeUnixNano) : "";
  return DIGITS.test(time) ? BigInt(time) : null;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
/** JSON white space. */
const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === NEWLINE;

function skipBlanks(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at])) at += 1;
  return at;
}

function skipBlanksBack(bytes: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && isBlank(bytes[at - 1])) at -= 1;
  return at;
}
