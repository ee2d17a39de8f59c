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

/** A text as a string of LogQL, LogsQL and most query languages: JSON's escapes are theirs too. */
export const quoted = (text: string): string => JSON.stringify(text);

/** The expression that matches exactly one of the texts. */
export const anyOfTexts = (texts: readonly string[]): string =>
  texts.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
