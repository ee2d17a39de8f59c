import type { Side } from "../domain/periods.ts";
import { nanosToMs } from "../domain/time.ts";
import { requestKey } from "./failing-requests.ts";
import { isError, type SpanForest } from "./forest.ts";

/**
 * Blame of one service for failed requests, as shares of all traces of a side; `during` − `before` is what the
 * incident added. `failedCalls`: blamed because calls to it fail without a span of its own. `operation` and `status`
 * are those of one blamed span. `requests`: failed requests of the incident by the key of their kind, see `requestKey`.
 */
export type Blame = {
  service: string;
  peer: string | null;
  before: number;
  during: number;
  traces: number;
  firstMs: number | null;
  failedCalls: boolean;
  operation: string;
  status: string;
  requests: ReadonlyMap<string, number>;
};

type Quiet = Exclude<Side, "between">;
type Sum = Omit<Blame, "before" | "during" | "traces" | "requests"> &
  Record<Quiet, number> & { requests: Map<string, number> };

/**
 * Blames each failed trace on its error spans without a failing child. A trace counts as one unit, split evenly over
 * them.
 */
export function errorOrigins(
  forest: SpanForest,
  side: (timeMs: number) => Side,
  quietForest: SpanForest | null,
): Blame[] {
  const services = new Set(forest.spans.map(({ service }) => service));
  const sums = new Map<string, Sum>();
  const traces: Record<Quiet, Set<string>> = { before: new Set(), during: new Set() };

  const addTree = (tree: SpanForest, sideAt: (timeMs: number) => Side): void => {
    const origins = new Map<string, { where: Quiet; at: number[] }>();
    for (const [index, span] of tree.spans.entries()) {
      const where = sideAt(tree.timesMs[index] ?? 0);
      if (where === "between") continue;
      traces[where].add(span.traceId);
      if (!isError(span) || tree.failingChild[index]) continue;
      const known = origins.get(span.traceId);
      if (known) known.at.push(index);
      else origins.set(span.traceId, { where, at: [index] });
    }
    for (const { where, at } of origins.values()) {
      const request = requestKey(tree, at[0] ?? 0);
      for (const { share, startMs, ...blamed } of at.flatMap((index) => blamedFor(tree, index, services))) {
        const key = `${blamed.service}\u0000${blamed.failedCalls}`;
        const sum = sums.get(key) ?? { ...blamed, firstMs: null, before: 0, during: 0, requests: new Map() };
        sum[where] += share / at.length;
        if (where === "during") {
          sum.firstMs = Math.min(sum.firstMs ?? startMs, startMs);
          sum.requests.set(request, (sum.requests.get(request) ?? 0) + 1);
        }
        sums.set(key, sum);
      }
    }
  };
  addTree(forest, side);
  if (quietForest) addTree(quietForest, () => "before");

  return [...sums.values()].map(({ before, during, ...blame }) => ({
    ...blame,
    before: before / Math.max(1, traces.before.size),
    during: during / Math.max(1, traces.during.size),
    traces: during,
  }));
}

type Blamed = Pick<Blame, "service" | "peer" | "failedCalls" | "operation" | "status"> & {
  share: number;
  startMs: number;
};

/**
 * Blames the services behind one error span without a failing child. If the server span of a client span is missing,
 * the service named in its operation is blamed. If a callee answered and refused, both ends share the blame, because
 * spans do not show which is at fault. Any other span blames its own service.
 */
function blamedFor({ spans, callee }: SpanForest, index: number, services: ReadonlySet<string>): Blamed[] {
  const span = spans[index];
  if (!span) return [];
  const { service, operation, status } = span;
  const base = { operation, status, startMs: nanosToMs(span.startUnixNano) };
  const refusing = callee[index];
  if (refusing != null) {
    return [
      { ...base, service, peer: refusing, failedCalls: false, share: 0.5 },
      { ...base, service: refusing, peer: service, failedCalls: false, share: 0.5 },
    ];
  }
  const named = namedCallee(operation, service, services);
  return [
    named === null
      ? { ...base, service, peer: null, failedCalls: false, share: 1 }
      : { ...base, service: named, peer: service, failedCalls: true, share: 1 },
  ];
}

/**
 * Finds a service, other than its own, that a client span's operation names as a whole word (`GET payment`,
 * `payment.Charge/Do`).
 */
function namedCallee(operation: string, own: string, services: ReadonlySet<string>): string | null {
  const words = operation.split(/[^A-Za-z0-9_-]+/);
  return words.find((word) => word !== own && services.has(word)) ?? null;
}
