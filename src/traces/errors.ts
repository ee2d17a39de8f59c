import type { Side } from "../domain/periods.ts";
import { nanosToMs } from "../domain/time.ts";
import { isError, type SpanForest } from "./forest.ts";

/**
 * Who failed requests are blamed on, as shares of all traces of a side: `during` − `before` is what the incident added.
 * `failedCalls`: blamed because calls to it fail without a span of its own. `example`: the status of one blamed span.
 */
export type Blame = { service: string; peer: string | null; before: number; during: number; traces: number; firstMs: number | null; failedCalls: boolean; operation: string; status: string };

type Side_ = Exclude<Side, "between">;

/**
 * Blames each failed trace on the error spans that no failing child explains; a trace is one unit, split evenly over them.
 * A client span that fails while its server span is missing blames the service that the operation names, where it names one.
 */
export function errorOrigins(forest: SpanForest, side: (timeMs: number) => Side, quietForest: SpanForest | null): Blame[] {
  const services = new Set(forest.spans.map(({ service }) => service));
  const sums = new Map<string, Blame & { beforeUnits: number; duringUnits: number }>();
  const traces: Record<Side_, Set<string>> = { before: new Set(), during: new Set() };

  const tally = (tree: SpanForest, sideAt: (timeMs: number) => Side): void => {
    const blamed = new Map<string, { side: Side_; at: number[] }>();
    for (const [index, span] of tree.spans.entries()) {
      const where = sideAt(nanosToMs(span.startUnixNano));
      if (where === "between") continue;
      traces[where].add(span.traceId);
      if (!isError(span) || tree.failingChild[index]) continue;
      const known = blamed.get(span.traceId);
      if (known) known.at.push(index);
      else blamed.set(span.traceId, { side: where, at: [index] });
    }
    for (const { side: where, at } of blamed.values()) {
      for (const index of at) {
        const span = tree.spans[index];
        if (!span) continue;
        const named = tree.callee[index] === null ? namedCallee(span.operation, span.service, services) : null;
        const service = named ?? span.service;
        const key = `${service}\u0000${named ?? ""}`;
        const sum = sums.get(key) ?? {
          service, peer: named === null ? null : span.service, before: 0, during: 0, traces: 0, firstMs: null, failedCalls: named !== null,
          operation: span.operation, status: span.status, beforeUnits: 0, duringUnits: 0,
        };
        if (where === "before") sum.beforeUnits += 1 / at.length;
        else {
          sum.duringUnits += 1 / at.length;
          const timeMs = nanosToMs(span.startUnixNano);
          sum.firstMs = Math.min(sum.firstMs ?? timeMs, timeMs);
        }
        sums.set(key, sum);
      }
    }
  };
  tally(forest, side);
  if (quietForest) tally(quietForest, () => "before");

  return [...sums.values()].map(({ beforeUnits, duringUnits, ...blame }) => ({
    ...blame,
    before: beforeUnits / Math.max(1, traces.before.size),
    during: duringUnits / Math.max(1, traces.during.size),
    traces: duringUnits,
  }));
}

/** A service that a client span's operation names as a whole word (`GET payment`, `payment.Charge/Do`), other than its own. */
function namedCallee(operation: string, own: string, services: ReadonlySet<string>): string | null {
  const words = operation.split(/[^A-Za-z0-9_-]+/);
  return words.find((word) => word !== own && services.has(word)) ?? null;
}
