import { withoutHarmless } from "./harmless-words.ts";

/** The severity that a line states, by its level or else by its words. */
export type LogSeverity = "info" | "warn" | "error" | "fatal";

const FATAL = new RegExp(
  [
    String.raw`\b(?:fatal|panic|panicked|emerg(?:ency)?|segfault|segmentation fault|out of memory|oom[ -]?kill(?:ed|er)?|oom|core dumped)\b`,
    String.raw`^\W*(?:critical|crit|alert)\b`,
    String.raw`\bcritical (?:error|failure|exception|fault)`,
    String.raw`\b(?:process|container|pod|task|worker|thread|child)\b.*\bkilled\b|\bkilled (?:process|by|with|for)\b|^\W*killed\b`,
  ].join("|"),
  "i",
);
const ERROR_WORDS = [
  "err|error|errors|exception|fail|failed|failing|failure|failures|fails|refused|denied|unreachable|abort(?:ed|ing)?",
  "crash(?:ed|es)?|timed?[ -]?out|timeouts?|unavailable|stack ?trace|traceback|cannot|can't|could not|couldn't|unable",
  "killed|corrupt(?:ed|ion)?|no space left|deadlock|exhausted|broken pipe|reset by peer|is down|no route to host",
  "unhandled|uncaught",
].join("|");
const ERROR = new RegExp(String.raw`\b(?:${ERROR_WORDS})\b|(?:Exception|Error)\b`, "i");
const WARN =
  /\b(?:warn|warning|retry|retrying|slow|deprecated|rejected|invalid|missing|null|empty|not found|no content)\b/i;
/** The status of a request, behind its quoted text: `"GET / HTTP/1.1" 502`. */
const STATUS = /HTTP\/\d(?:\.\d)?" ([1-5]\d\d)\b/;

/** Words that a process writes at its end, whatever the level. */
const DEADLY = /\b(?:fatal|panic|segfault|segmentation fault|out of memory|oom(?:killed)?|core dumped)\b/i;

const WORDS_OF_LEVEL: Readonly<Record<LogSeverity, string>> = {
  info:
    "trace debug info notice information note system audit log config fine finer finest verbose silly success " +
    "trc dbg inf vrb trac debu trce dbug debug1 debug2 debug3 debug4 debug5 detail hint context statement query location",
  warn: "warn warning wrn",
  error: "error err severe failure fail erro",
  fatal: "fatal crit critical panic dpanic alert emerg emergency ftl fata pani pnc",
};
/** Severity of level words. Other words state none. */
const OF_LEVEL = new Map(
  Object.entries(WORDS_OF_LEVEL).flatMap(([severity, words]) =>
    words.split(" ").map((word): [string, LogSeverity] => [word, severity as LogSeverity]),
  ),
);

/** The severity of a level word, in any case. Undefined for another word. */
export const severityOfLevel = (level: string): LogSeverity | undefined => OF_LEVEL.get(level.toLowerCase());

/** True for a level of warn or worse, in any case. */
export const isBadLevel = (level: string): boolean => (severityOfLevel(level) ?? "info") !== "info";

/**
 * The severity of a statement. Its words count only if it states no level: the developer knew better. A deadly word in
 * an error makes it fatal.
 *
 * @param level the header's level, in any case; null if there is none.
 * @param text a template, never a whole raw line: the search takes time linear in its length.
 */
export function severityOf(level: string | null, text: string): LogSeverity {
  const stated = level === null ? undefined : severityOfLevel(level);
  if (stated === "error" && DEADLY.test(text)) return "fatal";
  const status = STATUS.exec(text)?.[1] ?? "";
  if (status !== "" && (stated === undefined || stated === "info"))
    return status.startsWith("5") ? "error" : status.startsWith("4") ? "warn" : "info";
  return stated ?? severityOfWords(text);
}

function severityOfWords(text: string): LogSeverity {
  const rest = withoutHarmless(text);
  if (FATAL.test(rest)) return "fatal";
  if (ERROR.test(rest)) return "error";
  return WARN.test(rest) ? "warn" : "info";
}

/** Weight of a finding by the severity of its line. */
export const SEVERITY_WEIGHT: Readonly<Record<LogSeverity, number>> = { info: 1, warn: 1.3, error: 2, fatal: 2.5 };
