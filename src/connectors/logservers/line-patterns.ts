import { WILDCARD } from "../../domain/query.ts";

/** Lines with one of these words are read in any case: what fails rarely says so once. RE2, case ignored. */
export const ERROR_WORDS =
  "error|fatal|panic|exception|fail|critical|emerg|refused|timeout|timed out|killed|denied|unavailable|out of memory|" +
  "exhausted|corrupt|unreachable|no space|expired|abort|traceback";

/** Levels that count as errors, in all spellings that servers keep. */
export const ERROR_LEVELS: readonly string[] = [
  "error",
  "err",
  "fatal",
  "critical",
  "crit",
  "panic",
  "alert",
  "emerg",
  "severe",
].flatMap((level) => [level, level.toUpperCase(), `${level.charAt(0).toUpperCase()}${level.slice(1)}`]);

/**
 * A pattern as a regular expression (RE2) that may match anywhere in a line. White space is any white space, and quotes
 * and slashes may be escaped, because servers keep lines that wrap each message in JSON. A pattern is text from logs, so
 * everything in it is escaped.
 */
export const regexOf = (pattern: string): string =>
  pattern
    .split(WILDCARD)
    .map((piece) =>
      piece
        .replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")
        .replaceAll(/\s+/g, "\\s+")
        .replaceAll(/["/]/g, "\\\\?$&")
        .replaceAll(/[^\P{Cc}]/gu, "."),
    )
    .join(".*");

/** One expression for several patterns. */
export const regexOfAny = (patterns: readonly string[]): string =>
  patterns.length === 1 ? regexOf(patterns[0] ?? "") : patterns.map((pattern) => `(?:${regexOf(pattern)})`).join("|");

/** A text as a string of LogQL, LogsQL and most query languages: JSON's escapes are theirs too. */
export const quoted = (text: string): string => JSON.stringify(text);

/** The expression that matches exactly one of the texts. */
export const anyOfTexts = (texts: readonly string[]): string =>
  texts.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
