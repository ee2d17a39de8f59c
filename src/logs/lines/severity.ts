/** The severity that a line states, by its level or else by its words. */
export type LogSeverity = "info" | "warn" | "error" | "fatal";

const FATAL = /\b(?:fatal|panic|emerg(?:ency)?|critical|crit|alert|segfault|out of memory|oom|killed)\b/i;
const ERROR_WORDS = [
  "err|error|errors|exception|fail|failed|failure|fails|refused|denied|unreachable|abort(?:ed)?|crash(?:ed)?",
  "timed?[ -]?out|timeout|unavailable|stacktrace|traceback|cannot|could not|unable",
].join("|");
const ERROR = new RegExp(String.raw`\b(?:${ERROR_WORDS})\b|(?:Exception|Error)\b`, "i");
const WARN =
  /\b(?:warn|warning|retry|retrying|slow|deprecated|rejected|invalid|missing|null|empty|not found|no content)\b/i;

/** Words that a process writes at its end, whatever the level. */
const DEADLY = /\b(?:fatal|panic|segfault|segmentation fault|out of memory|oom(?:killed)?|core dumped)\b/i;

/** Severity of level words. Other words state none. */
const OF_LEVEL: Readonly<Record<string, LogSeverity>> = {
  trace: "info",
  debug: "info",
  info: "info",
  notice: "info",
  information: "info",
  warn: "warn",
  warning: "warn",
  error: "error",
  err: "error",
  severe: "error",
  fatal: "fatal",
  crit: "fatal",
  critical: "fatal",
  panic: "fatal",
  alert: "fatal",
  emerg: "fatal",
  emergency: "fatal",
};

/**
 * @param level the header's level, in any case; null if there is none.
 * @param text a template, never a whole raw line: the search takes time linear in its length.
 */
export function severityOf(level: string | null, text: string): LogSeverity {
  const stated = level === null ? undefined : OF_LEVEL[level.toLowerCase()];
  if (stated === "fatal" || (stated === "error" && DEADLY.test(text))) return "fatal";
  if (stated === "error") return stated;
  const words: LogSeverity = FATAL.test(text)
    ? "fatal"
    : ERROR.test(text)
      ? "error"
      : WARN.test(text)
        ? "warn"
        : "info";
  if (stated === undefined) return words;
  // The developer chose the level, so words may raise it by one step but not override it.
  return words === "info" ? stated : stated === "info" ? "warn" : stated;
}

/** Weight of a finding by the severity of its line. */
export const SEVERITY_WEIGHT: Readonly<Record<LogSeverity, number>> = { info: 1, warn: 1.3, error: 2, fatal: 2.5 };
