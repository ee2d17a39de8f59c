import { CLOSE, code, COLON, DOT, OPEN, SPACE_BYTE as SPACE } from "./byte-codes.ts";
import { endOfWord } from "./header-bytes.ts";
import type { HeaderWords } from "./header-words.ts";
import { lowerLevel } from "./level-words.ts";

const SMALL_S = code("s");
/** Ten digits are seconds since 1970. */
const MAX_DIGITS = 9;
const MIN_FRACTION = 3;
const MAX_FRACTION = 9;
/** The kernel writes microseconds. */
const KERNEL_FRACTION = 6;

/** A time since the start of the system. `end`: the offset behind it. `isKernel`: written as the kernel does. */
export type Uptime = { ms: number; end: number; isKernel: boolean };

/**
 * Reads `[12345.678901] `, `[    0.000000] `: the seconds since the start, as `dmesg` and `journalctl -o
 * short-monotonic` write them.
 *
 * @returns null if there is none.
 */
export function uptimeAt(bytes: Uint8Array, start: number, end: number): Uptime | null {
  if (bytes[start] !== OPEN) return null;
  let at = start + 1;
  while (at < end && bytes[at] === SPACE) at += 1;
  const from = at;
  let value = 0;
  for (; at < end && isDigit(bytes[at]); at += 1) value = value * 10 + (bytes[at] as number) - 48;
  if (at === from || at - from > MAX_DIGITS || bytes[at] !== DOT) return null;
  const dot = at;
  let unit = 1000;
  for (at += 1; at < end && isDigit(bytes[at]); at += 1) {
    unit /= 10;
    value += ((bytes[at] as number) - 48) * (unit / 1000);
  }
  const digits = at - dot - 1;
  const hasUnit = bytes[at] === SMALL_S; // Rust's tracing
  if (hasUnit) at += 1;
  if (digits < MIN_FRACTION || digits > MAX_FRACTION || bytes[at] !== CLOSE || bytes[at + 1] !== SPACE) return null;
  return { ms: value * 1000, end: at + 1, isKernel: digits === KERNEL_FRACTION && !hasUnit };
}

const FACILITIES = new Set([
  ..."kern user mail daemon auth syslog lpr news uucp cron authpriv ftp".split(" "),
  ...Array.from({ length: 8 }, (_, n) => `local${n}`),
]);
const FACILITY_END = 6;
const LEVEL_END = 13;

/** A cheap test for the columns of `dmesg -x`. */
export const mayBeDecoded = (bytes: Uint8Array, at: number): boolean =>
  bytes[at + LEVEL_END] === COLON && bytes[at + FACILITY_END] === COLON && bytes[at + LEVEL_END + 1] === SPACE;

/** Reads `kern  :err   : ` of `dmesg -x`. @returns the level, and where the line goes on; null if this is none. */
export function decodedLevel(words: HeaderWords, bytes: Uint8Array, at: number): { level: string; end: number } | null {
  const word = (from: number, to: number) => words.at(bytes, from, Math.min(to, endOfWord(bytes, from, to))).text;
  if (!FACILITIES.has(word(at, at + FACILITY_END))) return null;
  const text = word(at + FACILITY_END + 1, at + LEVEL_END);
  const level = lowerLevel(text) ?? (text === "alert" ? text : null);
  return level === null ? null : { level, end: at + LEVEL_END + 2 };
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;
