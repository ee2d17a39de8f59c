import type { ServerRecord } from "./types.ts";

/** A longer line is cut: nobody reads it, and the miner would skip it. */
const MAX_BODY_CHARS = 256 * 1024;
/** Levels that a server guessed and that say no more than the line itself. */
const MILD = new Set(["", "unknown", "info", "debug", "trace", "notice"]);

/** A record as a line of a `jsonl` stream. */
export const recordLine = ({
  nanos,
  service,
  pod,
  level,
  body,
  traceId,
  spanId,
  error,
  stack,
}: ServerRecord): string => {
  const fields: Record<string, unknown> = { timeUnixNano: String(nanos) };
  if (service !== null) fields.service = service;
  if (pod !== null) fields.pod = pod;
  // the line's own level comes first, unless the server knows of something worse
  if (level !== null && !MILD.has(level.toLowerCase())) fields.level = level;
  if (traceId !== null) fields.traceId = traceId;
  if (spanId !== null) fields.spanId = spanId;
  fields.body = body.length > MAX_BODY_CHARS ? body.slice(0, MAX_BODY_CHARS) : body;
  if (error !== null && !body.includes(error)) fields.error = error;
  if (stack !== null) fields.stack = stack;
  return `${JSON.stringify(fields)}\n`;
};

const OF_MS = 1_000_000n;
/** Whole nanoseconds of a time in milliseconds. */
export const nanosOf = (ms: number): bigint => BigInt(Math.round(ms)) * OF_MS;

/** An ISO 8601 time with up to nine decimals, or Unix time as digits, in nanoseconds. Null for another text. */
export function nanosOfText(text: string): bigint | null {
  if (/^\d{1,19}$/.test(text)) return nanosOfDigits(text);
  const [, whole, decimals = "", zone] = /^(.+?:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  const ms = Date.parse(`${whole.replace(" ", "T")}${zone ?? "Z"}`);
  return Number.isFinite(ms) ? BigInt(ms) * OF_MS + BigInt(decimals.padEnd(9, "0")) : null;
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, by their number of digits. */
function nanosOfDigits(digits: string): bigint {
  const power = digits.length <= 11 ? 9 : digits.length <= 14 ? 6 : digits.length <= 17 ? 3 : 0;
  return BigInt(digits) * 10n ** BigInt(power);
}
