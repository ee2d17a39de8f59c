import type { Span } from "../../domain/telemetry.ts";
import type { TimeWindow } from "../../domain/time.ts";

/**
 * One search of a trace backend: traces of any of the services in a range, at most `limit`. `kind`: with a failed span;
 * at least `minMs` long; or any.
 */
export type TraceSearch = {
  kind: "any" | "failed" | "slow";
  services: readonly string[];
  range: TimeWindow;
  limit: number;
  minMs: number;
};

/** The range is searched in parts of equal length, so that the quiet time is sampled as densely as the incident. */
const PARTS = 4;
/** Of the traces in the sample, a slow one is longer than this share. */
const SLOW_SHARE = 0.95;

/** How many traces one search may bring, by kind. `limitOf.any` is the sample with which all others are compared. */
export type SearchLimits = Readonly<Record<TraceSearch["kind"], number>>;

/** @param groups services that are searched together: all of them, or one by one where a backend needs that. */
export const searchesFor = (
  kind: TraceSearch["kind"],
  groups: readonly (readonly string[])[],
  range: TimeWindow,
  limits: SearchLimits,
  minMs = 0,
): TraceSearch[] =>
  partsOf(range).flatMap((part) =>
    groups.map((services) => ({ kind, services, range: part, limit: limits[kind], minMs })),
  );

function partsOf({ startMs, endMs }: TimeWindow): TimeWindow[] {
  const partMs = (endMs - startMs) / PARTS;
  return Array.from({ length: PARTS }, (_, at) => ({
    startMs: Math.floor(startMs + at * partMs),
    endMs: Math.floor(startMs + (at + 1) * partMs),
  }));
}

/** The duration that few traces of a sample exceed, in milliseconds. Null for an empty sample. */
export function slowFrom(spans: readonly Span[]): number | null {
  const longest = new Map<string, number>();
  for (const { traceId, durationUs } of spans)
    longest.set(traceId, Math.max(longest.get(traceId) ?? 0, durationUs / 1_000));
  const ascending = [...longest.values()].toSorted((a, b) => a - b);
  return ascending[Math.floor(ascending.length * SLOW_SHARE)] ?? null;
}
