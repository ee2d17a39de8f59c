import type { Span } from "../../domain/telemetry.ts";

/** A span as one line of JSON. Its time has more digits than a number of JSON. */
export const spanLine = (span: Span): string => JSON.stringify({ ...span, startUnixNano: String(span.startUnixNano) });

/** Reads a line that `spanLine` wrote. */
export function spanFromLine(line: string): Span {
  const stored = JSON.parse(line) as Omit<Span, "startUnixNano"> & { startUnixNano: string }; // written by `spanLine`
  return { ...stored, startUnixNano: BigInt(stored.startUnixNano) };
}
