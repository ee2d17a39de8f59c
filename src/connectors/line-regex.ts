import { WILDCARD } from "../domain/query.ts";

/**
 * A pattern as a regular expression (RE2) that may match anywhere in a line. White space is any white space, and
 * quotes and slashes may be escaped, because servers keep lines that wrap each message in JSON. A pattern is text from
 * logs, so everything in it is escaped.
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
