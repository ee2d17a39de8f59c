import type { Span } from "../domain/telemetry.ts";

/**
 * Spans joined to trees. All arrays run beside `spans`.
 * `parent[i]`: index of the parent, −1 for a root or an orphan. `selfUs[i]`: duration less the union of its children's intervals, µs.
 * `callee[i]`: the other service that a child of span i belongs to, null where all children are of its own: such a span is a
 * client span, and its self time is what passes between the two ends.
 */
export type SpanForest = {
  spans: readonly Span[];
  parent: Int32Array;
  selfUs: Float64Array;
  callee: (string | null)[];
  /** True where some child failed too: the error came from below. */
  failingChild: Uint8Array;
};

export const isError = ({ status }: Span): boolean => /^(error|status_code_error|5\d\d|fault)/i.test(status);

/**
 * Joins spans by (trace, parent). Children are clipped to their parent, because clocks of two hosts differ. Linear in the number of spans, but
 * for sorting the children of each.
 */
export function spanForest(spans: readonly Span[]): SpanForest {
  const byId = new Map<string, number>();
  for (const [index, { traceId, spanId }] of spans.entries()) byId.set(`${traceId}/${spanId}`, index);

  const parent = new Int32Array(spans.length).fill(-1);
  const children = new Map<number, number[]>();
  for (const [index, { traceId, spanId, parentSpanId }] of spans.entries()) {
    const at = parentSpanId === null || parentSpanId === spanId ? undefined : byId.get(`${traceId}/${parentSpanId}`);
    if (at === undefined || at === index) continue;
    parent[index] = at;
    const siblings = children.get(at);
    if (siblings) siblings.push(index);
    else children.set(at, [index]);
  }

  const selfUs = Float64Array.from(spans, ({ durationUs }) => durationUs);
  const callee = Array.from<string | null>({ length: spans.length }).fill(null);
  const failingChild = new Uint8Array(spans.length);
  for (const [at, below] of children) {
    const span = spans[at];
    if (!span) continue;
    const childSpans = below.flatMap((index) => spans[index] ?? []);
    selfUs[at] = Math.max(0, span.durationUs - coveredUs(span, childSpans));
    callee[at] = childSpans.find(({ service }) => service !== span.service)?.service ?? null;
    if (childSpans.some(isError)) failingChild[at] = 1;
  }
  return { spans, parent, selfUs, callee, failingChild };
}

/** Length of the union of the children's intervals within the parent, µs. */
function coveredUs(parent: Span, children: readonly Span[]): number {
  const intervals = children
    .map(({ startUnixNano, durationUs }) => {
      const start = Number(startUnixNano - parent.startUnixNano) / 1000;
      return [Math.max(0, start), Math.min(parent.durationUs, start + durationUs)] as const;
    })
    .toSorted((a, b) => a[0] - b[0]);
  let covered = 0;
  let reached = 0;
  for (const [start, end] of intervals) {
    if (end > reached) covered += end - Math.max(start, reached);
    reached = Math.max(reached, end);
  }
  return covered;
}
