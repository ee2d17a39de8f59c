import { randomBytes } from "node:crypto";

/** Trace and span ids of the current work: hex, 32 and 16 digits. */
export type SpanContext = { traceId: string; spanId: string };

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

export const newTraceId = (): string => randomBytes(16).toString("hex");
export const newSpanId = (): string => randomBytes(8).toString("hex");

/** Formats a `traceparent` header of version 00, sampled. */
export const formatTraceparent = ({ traceId, spanId }: SpanContext): string => `00-${traceId}-${spanId}-01`;

/**
 * Parses a `traceparent` header. A broken header is ignored, as the standard requires: the receiver then starts a new
 * trace.
 * @see W3C Trace Context, 3.2 (version ff and all-zero ids are invalid; later versions may append fields).
 */
export function parseTraceparent(header: string | undefined): SpanContext | null {
  const [, version, traceId, spanId, rest] = TRACEPARENT.exec(header ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || version === "ff") return null;
  if (version === "00" && rest !== undefined) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId };
}
