import type { DateGuess } from "./date-guess.ts";
import { YEAR_MS } from "./log-event.ts";
import { readTime } from "./read-time.ts";
import { TimeCursor } from "./time-cursor.ts";

const MAX_LEVEL_CHARS = 16;
/** ANSI colours, which some loggers write around the level. */
// oxlint-disable-next-line no-control-regex
const COLOURS = /\u001b\[[\d;]*m/g;

/** The text of a field's value. `isQuoted`: escapes may be in it. */
export function valueText(bytes: Uint8Array, start: number, end: number, isQuoted: boolean): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
  return isQuoted && text.includes("\\") ? unescaped(text) : text;
}

/** Resolves JSON escapes. Those of text that was cut off stay as they are. */
function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    const known: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\", "/": "/" };
    return text.replace(/\\(u[\da-fA-F]{4}|.)/g, (all, mark: string) =>
      mark.length > 1 ? String.fromCharCode(parseInt(mark.slice(1), 16)) : (known[mark] ?? all),
    );
  }
}

const LETTERS: Readonly<Record<string, string>> = {
  T: "trace",
  D: "debug",
  I: "info",
  W: "warn",
  E: "error",
  F: "fatal",
};
/** Spellings of log15. */
const SHORT: Readonly<Record<string, string>> = { eror: "error", dbug: "debug", crit: "critical" };
const PINO = ["trace", "trace", "debug", "info", "warn", "error", "fatal"];
const SYSLOG = ["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"];
const OTLP = ["trace", "debug", "info", "warn", "error", "fatal"];
const GCP = ["info", "debug", "info", "notice", "warn", "error", "critical", "alert", "emergency"];
const INSIGHTS = ["debug", "info", "warn", "error", "critical"];

/**
 * The level that a field states, as a word. Numbers are those of pino, bunyan and python (10 to 60), syslog (0 to 7),
 * OpenTelemetry (`severityNumber`, 1 to 24), Google Cloud (100 to 800), logback (`level_value`, 10,000 to 40,000) and
 * Application Insights (`severityLevel`, 0 to 4).
 *
 * @param key the key without case and separators.
 * @returns null if it is none.
 */
export function levelOf(value: string, key: string): string | null {
  const text = value.replace(COLOURS, "").trim();
  if (text === "" || text.length > MAX_LEVEL_CHARS) return null;
  if (!/^\d+$/.test(text)) {
    if (text.length <= 2 && /^[TDIWEF][1-5]?$/.test(text)) return LETTERS[text.charAt(0)] ?? null;
    return key === "s" ? null : (SHORT[text] ?? text);
  }
  const n = Number(text);
  if (key === "s") return null;
  if (key === "severitynumber") return n >= 1 && n <= 24 ? (OTLP[Math.floor((n - 1) / 4)] ?? null) : null;
  if (key === "severitylevel") return INSIGHTS[n] ?? null;
  if (n < 8) return SYSLOG[n] ?? null;
  if (n >= 10 && n <= 69) return PINO[Math.floor(n / 10)] ?? null;
  if (n >= 100 && n <= 800) return GCP[Math.floor(n / 100)] ?? null;
  return n >= 5000 && n <= 50_000 ? (PINO[Math.floor(n / 10_000) + 1] ?? null) : null;
}

/** A number below this many seconds (3 March 1973) is a duration or a counter, not a time. */
const MIN_EPOCH_SECONDS = 100_000_000;

/**
 * Nanoseconds since 1970, from the text of a time: an epoch in seconds, milliseconds, microseconds or nanoseconds, with
 * or without a fraction, or any form that `readTime` knows. A time without a zone is UTC.
 *
 * @returns null if the text is not a time, or if nothing tells its year.
 */
export function nanosOf(text: string, guess: DateGuess, isNanoKey = false): bigint | null {
  const epoch = /^(\d{1,20})(?:\.(\d+))?(?:[eE]\+?(\d{1,2}))?$/.exec(text);
  if (epoch !== null) {
    const [, whole = "", fraction = "", power] = epoch;
    return ofEpoch(...shifted(whole, fraction, Number(power ?? 0)), isNanoKey);
  }
  const trimmed = text.trim();
  const bytes = Buffer.from(trimmed.slice(0, 64), "latin1");
  const found = readTime(new TimeCursor(), bytes, 0, bytes.length, guess);
  if (found === null || !Number.isFinite(found.ms)) return ofOtherText(trimmed);
  if (!found.hasYear && found.ms < YEAR_MS) return null; // nothing tells the year
  const ms = Math.floor(found.ms);
  const second = Math.floor(ms / 1000);
  // A double keeps no nanoseconds. The text may have them.
  const fraction = /[.,](\d{4,9})/.exec(trimmed.slice(0, found.end))?.[1];
  const nanos = fraction === undefined ? BigInt(ms - second * 1000) * 1_000_000n : BigInt(fraction.padEnd(9, "0"));
  return BigInt(second) * 1_000_000_000n + nanos;
}

/** Moves the point: `1.7e9` has the whole part 1700000000. */
const shifted = (whole: string, fraction: string, power: number): [string, string] => [
  whole + fraction.slice(0, power).padEnd(power, "0"),
  fraction.slice(power),
];

function ofEpoch(whole: string, fraction: string, isNanoKey: boolean): bigint | null {
  const value = BigInt(whole);
  if (!isNanoKey && value < BigInt(MIN_EPOCH_SECONDS)) return null;
  const [unit, digits] =
    value < 100_000_000_000n
      ? [1_000_000_000n, 9]
      : value < 100_000_000_000_000n
        ? [1_000_000n, 6]
        : value < 100_000_000_000_000_000n
          ? [1000n, 3]
          : [1n, 0];
  const rest = fraction.slice(0, digits).padEnd(digits, "0");
  return value * unit + (rest === "" ? 0n : BigInt(rest));
}

/** Other texts, as of RFC 2822, count if they state a zone; without one they would depend on the machine. */
function ofOtherText(text: string): bigint | null {
  if (!/(?:Z|GMT|UTC|[+-]\d\d:?\d\d)\)?$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isFinite(ms) ? BigInt(ms) * 1_000_000n : null;
}
