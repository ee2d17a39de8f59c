import type { LogRecord } from "../../domain/telemetry.ts";
import { HeaderReader } from "./line-header.ts";

const TIME_KEYS = ["timeUnixNano", "time", "timestamp", "ts", "@timestamp", "t"];
const BODY_KEYS = ["body", "msg", "message", "log", "event"];
const LEVEL_KEYS = ["level", "severity", "severityText", "lvl", "loglevel"];
const SERVICE_KEYS = ["service", "service.name", "service_name", "app", "component"];
const TRACE_KEYS = ["traceId", "trace_id", "trace.id", "traceid", "TraceId"];
const SPAN_KEYS = ["spanId", "span_id", "span.id", "spanid", "SpanId"];
const TRACE_IN_TEXT = /\btrace[_.-]?id["']?\s*[=:]\s*["']?([0-9a-f]{16,32})\b/i;
const SPAN_IN_TEXT = /\bspan[_.-]?id["']?\s*[=:]\s*["']?([0-9a-f]{8,16})\b/i;
/** Ids are near the start of a line. Searching all of a very long line would take too long. */
const MAX_SEARCHED_CHARS = 2000;

/** A log record, with the level that it states apart from its body. */
export type ReadRecord = LogRecord & { level: string | null };

const pick = (fields: Record<string, unknown>, keys: readonly string[]): unknown =>
  keys.map((key) => fields[key]).find((value) => value != null && value !== "");
const textOf = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null;

/** Nanoseconds since 1970, from a number in any unit or from text. @returns null if the value is not a time. */
export function nanosOf(value: unknown): bigint | null {
  if (typeof value === "string" && /^\d{1,20}$/.test(value)) return scale(BigInt(value));
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) {
    return Number.isInteger(value)
      ? scale(BigInt(value))
      : BigInt(Math.round(value * (value > 1e11 ? 1e3 : 1e6))) * (value > 1e11 ? 1000n : 1000n);
  }
  if (typeof value !== "string") return null;
  const ms = Date.parse(value);
  if (!Number.isFinite(ms)) return null;
  // `Date` keeps milliseconds only. The text may have more digits.
  const fraction = /[.,](\d{4,9})/.exec(value)?.[1];
  return (
    BigInt(Math.floor(ms / 1000)) * 1_000_000_000n +
    (fraction === undefined ? BigInt(ms - Math.floor(ms / 1000) * 1000) * 1_000_000n : BigInt(fraction.padEnd(9, "0")))
  );
}

function scale(epoch: bigint): bigint {
  if (epoch < 100_000_000_000n) return epoch * 1_000_000_000n;
  if (epoch < 100_000_000_000_000n) return epoch * 1_000_000n;
  return epoch < 100_000_000_000_000_000n ? epoch * 1000n : epoch;
}

/**
 * Reads a parsed JSON line, under the field names of any common logger.
 * @returns the record, or a text that says what is missing.
 */
export function recordOfFields(fields: Record<string, unknown>, service: string | null): ReadRecord | string {
  const timeUnixNano = nanosOf(pick(fields, TIME_KEYS));
  if (timeUnixNano === null) return "no time (timeUnixNano)";
  const body = pick(fields, BODY_KEYS);
  if (body === undefined) return "no body";
  const pod = textOf(fields.pod);
  return {
    timeUnixNano,
    service: textOf(pick(fields, SERVICE_KEYS)) ?? service ?? pod ?? "unknown",
    pod,
    body: typeof body === "string" ? body : JSON.stringify(body),
    traceId: textOf(pick(fields, TRACE_KEYS)),
    spanId: textOf(pick(fields, SPAN_KEYS)),
    level: textOf(pick(fields, LEVEL_KEYS)),
  };
}

/**
 * Reads lines in the format that a program wrote. A line without a time (a stack trace) belongs to the record before
 * it.
 */
export class RawRecords {
  private readonly header: HeaderReader;
  private readonly service: string;
  private last: bigint | null = null;

  constructor(service: string, referenceMs: number | null) {
    this.header = new HeaderReader(referenceMs);
    this.service = service;
  }

  /** @returns null for a continuation line; a text that says what is wrong with the line. */
  read(bytes: Uint8Array, start: number, end: number): ReadRecord | string | null {
    const body = new TextDecoder().decode(bytes.subarray(start, end));
    if (body.startsWith("{")) {
      const fields = parseObject(body);
      if (fields !== null) return recordOfFields(fields, this.service);
    }
    this.header.read(bytes, start, end);
    if (Number.isNaN(this.header.ms)) return this.last === null ? "no time at the start of the line" : null;
    this.last = BigInt(Math.round(this.header.ms * 1000)) * 1000n;
    const head = body.slice(0, MAX_SEARCHED_CHARS);
    return {
      timeUnixNano: this.last,
      service: this.service,
      pod: null,
      body,
      traceId: TRACE_IN_TEXT.exec(head)?.[1] ?? null,
      spanId: SPAN_IN_TEXT.exec(head)?.[1] ?? null,
      level: this.header.level,
    };
  }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
