import type { Side } from "../domain/periods.ts";
import type { Span } from "../domain/telemetry.ts";
import { isError, type SpanForest } from "./forest.ts";

/**
 * One kind of request, by the root span of its traces, that fails as a whole. `before` and `during`: the share that
 * failed, in [0, 1]. `failed`: how many did in the incident.
 */
export type FailingRequests = { service: string; operation: string; before: number; during: number; failed: number };

type Count = { all: number; failed: number };

/** The kind of request that a span belongs to: service and operation of the root of its trace. */
export function requestKey({ spans, parent }: SpanForest, index: number): string {
  let at = index;
  for (let above = parent[at] ?? -1; above >= 0; above = parent[at] ?? -1) at = above;
  return keyOf(spans[at]);
}

const keyOf = (span: Span | undefined): string => `${span?.service}\u0000${span?.operation}`;

/**
 * The kinds of request that fail, by `requestKey`. Only roots that failed themselves count: a request whose root is well
 * was answered.
 */
export function failingRequests(
  forest: SpanForest,
  side: (timeMs: number) => Side,
  quietForest: SpanForest | null,
): ReadonlyMap<string, FailingRequests> {
  const counts = new Map<string, { service: string; operation: string; before: Count; during: Count }>();
  const addTree = (tree: SpanForest, sideAt: (timeMs: number) => Side): void => {
    for (const [index, span] of tree.spans.entries()) {
      const where = span.parentSpanId === null ? sideAt(tree.timesMs[index] ?? 0) : "between";
      if (where === "between") continue;
      const { service, operation } = span;
      const key = keyOf(span);
      const none = { service, operation, before: { all: 0, failed: 0 }, during: { all: 0, failed: 0 } };
      const count = counts.get(key) ?? none;
      count[where].all += 1;
      if (isError(span)) count[where].failed += 1;
      counts.set(key, count);
    }
  };
  addTree(forest, side);
  if (quietForest) addTree(quietForest, () => "before");
  return new Map(
    [...counts].flatMap(([key, { service, operation, before, during }]): [string, FailingRequests][] => {
      if (during.failed === 0 || before.all === 0) return [];
      const shares = { before: before.failed / before.all, during: during.failed / during.all };
      return [[key, { service, operation, ...shares, failed: during.failed }]];
    }),
  );
}
