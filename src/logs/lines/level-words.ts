/**
 * Level words as programs write them: log4j and SLF4J, java.util.logging, Python, syslog, zerolog and Serilog (three
 * letters), logrus and charm (four letters), Kubernetes.
 */
const UPPER =
  "TRACE DEBUG INFO INFORMATION NOTICE WARN WARNING ERROR ERR SEVERE FATAL CRIT CRITICAL PANIC DPANIC ALERT EMERG " +
  "EMERGENCY FAILURE VERBOSE FINE FINER FINEST CONFIG TRC DBG INF WRN FTL PNC VRB TRAC DEBU ERRO FATA PANI";
const TITLE = "Trace Debug Info Information Notice Note Warn Warning Error Err Fatal Critical Emergency";
/** Levels only where a colon follows: Postgres, .NET's console, and lower-case level words. */
const POSTGRES = "LOG DEBUG1 DEBUG2 DEBUG3 DEBUG4 DEBUG5";
const POSTGRES_DETAIL = "DETAIL HINT CONTEXT STATEMENT QUERY LOCATION BACKTRACE";
const DOTNET = "trce dbug info warn fail crit";
const LOWER = "trace debug verbose info notice warn warning error err fatal crit critical panic emerg";
const BRACKETED =
  "note system audit inf wrn dbg trc ftl vrb alert severe fine config information failure emergency silly";

const LEVELS = new Set(`${UPPER} ${TITLE}`.split(" "));
const COLON_LEVELS = new Set(`${POSTGRES} ${DOTNET} ${LOWER}`.split(" "));
const LOWER_LEVELS = new Set(`${DOTNET} ${LOWER} ${BRACKETED}`.split(" "));
const DETAILS = new Set(POSTGRES_DETAIL.split(" "));
const LETTERS: Readonly<Record<string, string>> = {
  V: "verbose",
  D: "debug",
  I: "info",
  N: "notice",
  W: "warn",
  E: "error",
  C: "critical",
  F: "fatal",
};
/** The severities of syslog (RFC 5424, table 2), journald and the kernel, by number. */
const SYSLOG = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
/** The marks of Redis. Nothing is worse than `#`, so the words of such a line say how bad it is. */
const REDIS: Readonly<Record<string, string>> = { ".": "debug", "-": "verbose", "*": "notice", "#": "#" };

/** A level, and how many characters of the word belong to it. `isDetail`: the line explains the one before it. */
export type LevelInWord = { level: string; length: number; isDetail: boolean };

const CISCO = /^%[A-Z][\w-]*-([0-7])-\w+:?$/;
/** `production.ERROR:` of Laravel, `request.CRITICAL:` of Symfony. */
const MONOLOG = /^[a-z][\w-]*\.([A-Z]{4,9}):$/;
/** `E!`. */
const TELEGRAF = /^([DIWE])!$/;
const BEFORE_MARK = /^([A-Z]{3,})[[/](?=\S)/;
const IN_ANGLES = /^<(\w+)>:?$/;

/** Finds the level that a word of a header states. */
export function levelInWord(text: string): LevelInWord | null {
  const whole = (level: string, isDetail = false): LevelInWord => ({ level, length: text.length, isDetail });
  const bare = text.replace(/[:,]$/, "").replace(/^([^[]*)\]$/, "$1");
  if (LEVELS.has(bare)) return whole(bare);
  const endsWithColon = text.endsWith(":");
  if (endsWithColon && COLON_LEVELS.has(bare)) return whole(bare);
  if (endsWithColon && DETAILS.has(bare)) return whole(bare, true);
  // `WARNING:shop.cart:…` of Python, `…:[77]:ERROR:` of Postgres on RDS.
  const colon = bare.indexOf(":");
  if (colon > 0) {
    const first = bare.slice(0, colon);
    if (LEVELS.has(first) && first === first.toUpperCase()) return { level: first, length: colon, isDetail: false };
    const last = bare.slice(bare.lastIndexOf(":") + 1);
    if (endsWithColon && bare.includes("]:") && (LEVELS.has(last) || COLON_LEVELS.has(last))) return whole(last);
    if (endsWithColon && bare.includes("]:") && DETAILS.has(last)) return whole(last, true);
  }
  const marked = BEFORE_MARK.exec(text)?.[1] ?? IN_ANGLES.exec(text)?.[1];
  if (marked !== undefined && LEVELS.has(marked)) return whole(marked);
  const monolog = MONOLOG.exec(text)?.[1];
  if (monolog !== undefined && LEVELS.has(monolog)) return whole(monolog);
  const telegraf = TELEGRAF.exec(text)?.[1];
  if (telegraf !== undefined) return whole(LETTERS[telegraf] as string);
  const number = CISCO.exec(text)?.[1];
  return number === undefined ? null : whole(SYSLOG[Number(number)] as string);
}

/** The level in brackets, in any case; of `proxy:error`, the part behind the colon. Null for other text. */
export function bracketedLevel(text: string): string | null {
  if (text.length > 24) return null;
  if (text.length === 1) return LETTERS[text] ?? null;
  const word = text.slice(text.lastIndexOf(":") + 1);
  return LOWER_LEVELS.has(word.toLowerCase()) ? word : null;
}

/** The level of a word in lower case that stands in a column of its own. */
export const lowerLevel = (text: string): string | null => (LOWER_LEVELS.has(text) ? text : null);
export const letterLevel = (byte: number): string | null => LETTERS[String.fromCharCode(byte)] ?? null;
/** The level of a syslog priority (`<34>`: facility times eight plus severity). */
export const priorityLevel = (priority: number): string => SYSLOG[priority & 7] as string;
export const redisLevel = (byte: number): string | null => REDIS[String.fromCharCode(byte)] ?? null;
