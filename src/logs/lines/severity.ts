/** How bad a line says that it is, by its level or, failing that, by its words. */
export type LogSeverity = "info" | "warn" | "error" | "fatal";

const FATAL = /\b(?:fatal|panic|emerg(?:ency)?|critical|crit|alert|segfault|out of memory|oom|killed)\b/i;
const ERROR =
  /\b(?:err|error|errors|exception|fail|failed|failure|fails|refused|denied|unreachable|abort(?:ed)?|crash(?:ed)?|timed?[ -]?out|timeout|unavailable|stacktrace|traceback|cannot|could not|unable)\b|(?:Exception|Error)\b/i;
const WARN =
  /\b(?:warn|warning|retry|retrying|slow|deprecated|rejected|invalid|missing|null|empty|not found|no content)\b/i;

/** What a process says once, at its end, whatever level it gives it. */
const DEADLY = /\b(?:fatal|panic|segfault|segmentation fault|out of memory|oom(?:killed)?|core dumped)\b/i;

/** Reads a level word; other words say nothing. */
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

/** @param level the header's level, any case; null where there is none. @param text a template, never a whole raw line: linear but not free. */
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
  // The level is the writer's own judgement: words may lift it by one step, not overrule it.
  return words === "info" ? stated : stated === "info" ? "warn" : stated;
}

/** How much more a finding weighs when its line says that something went wrong. */
export const SEVERITY_WEIGHT: Readonly<Record<LogSeverity, number>> = { info: 1, warn: 1.3, error: 2, fatal: 2.5 };
