import { randomBytes } from "node:crypto";

/** Ids in lower-case hex: 32 and 16 digits. `flags`: two digits; the last bit marks a sampled trace. */
export type RequestTrace = { traceId: string; spanId: string; flags: string };

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads the caller's span; null when the header is invalid. @see https://www.w3.org/TR/trace-context/ */
export function readTraceparent(traceparent: string | undefined): RequestTrace | null {
  const [, version = "ff", traceId = "", spanId = "", flags = "", more] = TRACEPARENT.exec(traceparent ?? "") ?? [];
  const isValid =
    version !== "ff" && !(version === "00" && more !== undefined) && !/^0*$/.test(traceId) && !/^0*$/.test(spanId);
  return isValid ? { traceId, spanId, flags } : null;
}

/** A new span for this request, in the caller's trace or in a new trace. */
export const spanIn = (caller: RequestTrace | null): RequestTrace => ({
  traceId: caller?.traceId ?? randomBytes(16).toString("hex"),
  spanId: randomBytes(8).toString("hex"),
  flags: caller?.flags ?? "00",
});

export const traceparentOf = ({ traceId, spanId, flags }: RequestTrace): string => `00-${traceId}-${spanId}-${flags}`;
