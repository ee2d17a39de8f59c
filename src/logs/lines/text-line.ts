import { COLON, EQUALS, SPACE_BYTE as SPACE } from "./byte-codes.ts";
import { Prefixes } from "./prefixes.ts";

/** Levels of the console logger of .NET, and the words that they stand for. */
const CONSOLE_LEVELS: Readonly<Record<string, string>> = {
  trce: "trace",
  dbug: "debug",
  info: "info",
  warn: "warn",
  fail: "error",
  crit: "critical",
};
const CONSOLE_PREFIXES = new Prefixes("trce: |dbug: |info: |warn: |fail: |crit: ");
const CONSOLE = /^(\w{4}): (\S+)\[-?\d+\]$/;
const MAX_CONSOLE_BYTES = 300;
const MAX_REASON_CHARS = 600;
/** Values of these keys are the reason of a bad line. */
const REASON = /[\s{,("](?:err|error|exception|cause|reason)"?(?:=|: ?)(?:"((?:[^"\\]|\\.)+)"|([^\s",;]{3,}))/;

/**
 * The line with which the console logger of .NET begins an event: `fail: Category[13]`. The message follows.
 *
 * @returns null for any other line.
 */
export function readConsole(bytes: Uint8Array, start: number, end: number): { level: string; logger: string } | null {
  if (!CONSOLE_PREFIXES.has(bytes, start, end) || end - start > MAX_CONSOLE_BYTES) return null;
  const [, word = "", logger = ""] = CONSOLE.exec(Buffer.from(bytes.subarray(start, end)).toString("utf8")) ?? [];
  const level = CONSOLE_LEVELS[word];
  return level === undefined ? null : { level, logger };
}

/** The reason that a bad line states in a field: `… err="disk full"`, `… {"error": "disk full"}`. Null for none. */
export function reasonIn(text: string): string | null {
  const [, quoted, bare] = REASON.exec(text) ?? [];
  const reason = quoted === undefined ? bare : quoted.replaceAll('\\"', '"');
  return reason === undefined || /^\d*$/.test(reason) ? null : reason.slice(0, MAX_REASON_CHARS);
}

/** A cheap test: only a line with one of these has fields. */
export function mayHaveFields(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1)
    if (bytes[at] === 61 || (bytes[at] === COLON && bytes[at - 1] === 34)) return true;
  return false;
}

/** True if nothing but spaces and the marks of a title (`===`) is in `bytes[start..end)`. */
export function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1)
    if (bytes[at] !== SPACE && bytes[at] !== 9 && bytes[at] !== EQUALS) return false;
  return true;
}
