import { COLON } from "./byte-codes.ts";
import { lineText } from "./joined-entry.ts";
import { severityOfLevel } from "./severity.ts";

/** `com.acme.Foo bar`, `com.acme.Foo <init>`, `com.acme.Foo`. */
const SOURCE = /^([\p{L}\w$.<>/-]*[\p{L}\w$>])(?: [\p{L}\w$<>]+)?$/u;
const LEVEL = /^(\p{L}{2,15}) ?: ?/u;
/** The level names of Java's own logger in the languages that it ships. */
const LOCAL_LEVELS: Readonly<Record<string, string>> = {
  SCHWERWIEGEND: "error",
  WARNUNG: "warn",
  INFORMATION: "info",
  GRAVE: "error",
  AVERTISSEMENT: "warn",
  ATTENTION: "warn",
  AVVERTENZA: "warn",
  ADVERTENCIA: "warn",
  ADVERTÊNCIA: "warn",
  INFOS: "info",
  INFORMATIONS: "info",
  INFORMAÇÕES: "info",
  INFORMACIÓN: "info",
  INFORMAZIONI: "info",
  严重: "error",
  嚴重: "error",
  警告: "warn",
  信息: "info",
  資訊: "info",
  重大: "error",
  情報: "info",
};
const MAX_LEVEL_BYTES = 48;

/** What a header of two lines states. `messageAt`: the offset of the message in the second line. */
export type TwoLineHeader = { level: string; logger: string; messageAt: number };

/** A cheap test: a second line begins with a capital or a letter beyond ASCII, and has a colon soon. */
export function mayEndHeader(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number;
  if (!(first >= 65 && first <= 90) && first < 128) return false;
  const limit = Math.min(end, start + MAX_LEVEL_BYTES);
  for (let at = start + 2; at < limit; at += 1) if (bytes[at] === COLON) return true;
  return false;
}

/**
 * Reads the second line of a header of Java's own logger (`SimpleFormatter`): a time with class and method, then the
 * level and the message on a line of their own.
 *
 * @param source the first line without its time. @returns null if the lines are no such header.
 */
export function endOfHeader(source: string, bytes: Uint8Array, start: number, end: number): TwoLineHeader | null {
  const logger = SOURCE.exec(source.trim())?.[1];
  if (logger === undefined) return null;
  const [whole = "", word = ""] = LEVEL.exec(lineText(bytes, start, end, MAX_LEVEL_BYTES)) ?? [];
  const isUpper = word === word.toUpperCase();
  const level = LOCAL_LEVELS[word] ?? (isUpper && severityOfLevel(word) !== undefined ? word : null);
  return level === null ? null : { level, logger, messageAt: start + Buffer.byteLength(whole) };
}
