import { randomBytes } from "node:crypto";

/** Ids in lower-case hex: 32 digits, 16 digits; `flags`: two, the last bit of which says that the trace is sampled. */
export type TraceContext = { traceId: string; spanId: string; flags: string };

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * The span of this request: in the caller's trace where the header is sound, in a new one otherwise.
 * @see https://www.w3.org/TR/trace-context/
 */
export function continueTrace(traceparent: string | undefined): TraceContext {
  const spanId = randomBytes(8).toString("hex");
  const [, version, traceId, parentId, flags, more] = TRACEPARENT.exec(traceparent ?? "") ?? [];
  const isSound = version !== undefined && version !== "ff" && !(version === "00" && more !== undefined) && !/^0+$/.test(traceId ?? "") && !/^0+$/.test(parentId ?? "");
  if (isSound && traceId !== undefined && flags !== undefined) return { traceId, spanId, flags };
  return { traceId: randomBytes(16).toString("hex"), spanId, flags: "00" };
}

export const traceparentOf = ({ traceId, spanId, flags }: TraceContext): string => `00-${traceId}-${spanId}-${flags}`;
