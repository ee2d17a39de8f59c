import type { LogRecord } from "../../domain/telemetry.ts";
import { datedMs, type LogEvent } from "./log-event.ts";

const TRACE_IN_TEXT = /\btrace[_.-]?id["']?\s*[=:]\s*["']?([0-9a-f]{16,32})\b/i;
const SPAN_IN_TEXT = /\bspan[_.-]?id["']?\s*[=:]\s*["']?([0-9a-f]{8,16})\b/i;
/** Ids are near the start of a line. Searching all of a very long line would take too long. */
const MAX_SEARCHED_CHARS = 2000;

/** A log record, with the event that it was read from. `event` is valid only during the call that gives the record. */
export type ReadRecord = LogRecord & { event: LogEvent };

/**
 * The record of an event.
 *
 * @param writer the service and the pod that wrote the stream; null if they are not known.
 * @param lastNanos the time of the event before it, for an event without a time of its own.
 * @returns null if there is no time.
 */
export function recordOf(
  event: LogEvent,
  writer: { service: string | null; pod: string | null },
  lastNanos: bigint | null,
): ReadRecord | null {
  const ms = datedMs(event);
  const timeUnixNano = event.nanos ?? (Number.isNaN(ms) ? lastNanos : nanosOfMs(ms));
  if (timeUnixNano === null) return null;
  const line = Buffer.from(event.body.buffer, event.body.byteOffset + event.bodyStart, event.bodyEnd - event.bodyStart);
  const text = line.toString("utf8");
  const { cause = null, frame = null } = event.origin ?? {};
  const head = event.isStructured ? "" : text.slice(0, MAX_SEARCHED_CHARS);
  return {
    timeUnixNano,
    service: event.service ?? writer.service ?? event.pod ?? event.logger ?? "unknown",
    pod: event.pod ?? writer.pod,
    body: [text, text.includes(cause ?? "") ? null : cause, frame === null ? null : `  at ${frame}`]
      .filter((line) => line !== null)
      .join("\n"),
    traceId: event.traceId ?? TRACE_IN_TEXT.exec(head)?.[1] ?? null,
    spanId: event.spanId ?? SPAN_IN_TEXT.exec(head)?.[1] ?? null,
    event,
  };
}

/** A header's time has microseconds at most. */
const nanosOfMs = (ms: number): bigint => BigInt(Math.round(ms * 1000)) * 1000n;
