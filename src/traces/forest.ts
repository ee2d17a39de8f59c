import type { Span } from "../domain/telemetry.ts";

/**
 * Spans joined to trees. All arrays run beside `spans`.
 * `parent[i]`: index of the parent, −1 for a root or an orphan. `selfUs[i]`: duration less the time that spans below it cover, µs.
 * `callee[i]`: the other service that a child of span i belongs to, null where all children are of its own: such a span is a
 * client span, and its self time is what passes between the two ends. `below[i]`: the other services that the span leads to, through spans of its own
 * service: null for none, `SEVERAL` for more than one.
 */
export type SpanForest = {
  spans: readonly Span[];
  parent: Int32Array;
  selfUs: Float64Array;
  callee: (string | null)[];
  below: (string | null)[];
  /** 1 where some child failed too: the error came from below. */
  failingChild: Uint8Array;
};

export const SEVERAL = "\u0000several";

export const isError = ({ status }: Span): boolean => /^(error|status_code_error|5\d\d|fault)/i.test(status);

/**
 * Joins spans by (trace, parent). A child covers its parent for as long as anything below it lasts: in asynchronous code the caller's client span may end
 * before the callee does. Intervals are clipped to the parent, because clocks of two hosts differ. Linear in the number of spans, but for sorting the children
 * of each. Spans in a circle are taken as roots.
 */
export function spanForest(spans: readonly Span[]): SpanForest {
  const parent = parentsOf(spans);
  const children = new Map<number, number[]>();
  for (const [index, at] of parent.entries()) {
    if (at < 0) continue;
    const siblings = children.get(at);
    if (siblings) siblings.push(index);
    else children.set(at, [index]);
  }

  const selfUs = Float64Array.from(spans, ({ durationUs }) => durationUs);
  /** How long after its own start anything below the span still lasts, µs. */
  const lastsUs = Float64Array.from(spans, ({ durationUs }) => durationUs);
  const callee = Array.from<string | null>({ length: spans.length }).fill(null);
  const below = Array.from<string | null>({ length: spans.length }).fill(null);
  const failingChild = new Uint8Array(spans.length);
  const startUs = (index: number, origin: Span): number => Number((spans[index]?.startUnixNano ?? 0n) - origin.startUnixNano) / 1000;
  const coveredBy = (span: Span, others: readonly number[]): number =>
    coveredUs(span.durationUs, others.map((index) => [startUs(index, span), startUs(index, span) + (lastsUs[index] ?? 0)]));

  for (const at of childrenFirst(parent)) {
    const span = spans[at];
    if (!span) continue;
    const inside = children.get(at) ?? [];
    for (const index of inside) {
      const child = spans[index];
      if (!child) continue;
      lastsUs[at] = Math.max(lastsUs[at] ?? 0, startUs(index, span) + (lastsUs[index] ?? 0));
      if (child.service !== span.service) callee[at] = child.service;
      below[at] = joined(below[at] ?? null, child.service === span.service ? (below[index] ?? null) : child.service);
      if (isError(child)) failingChild[at] = 1;
    }
    selfUs[at] = span.durationUs - coveredBy(span, inside);

    // reactive code: a handler's span runs beside the client span of the call that it waits for
    for (const index of inside) {
      const child = spans[index];
      if (!child || below[index] !== null || child.service !== span.service) continue;
      const awaited = inside.filter((other) => {
        const after = startUs(other, child);
        return other !== index && below[other] !== null && after >= 0 && after < child.durationUs;
      });
      if (awaited.length === 0) continue;
      for (const other of awaited) below[index] = joined(below[index] ?? null, below[other] ?? null);
      selfUs[index] = child.durationUs - coveredBy(child, [...(children.get(index) ?? []), ...awaited]);
    }
  }
  return { spans, parent, selfUs, callee, below, failingChild };
}

const joined = (a: string | null, b: string | null): string | null => (a === null || a === b ? b : b === null ? a : SEVERAL);

function parentsOf(spans: readonly Span[]): Int32Array {
  const byId = new Map<string, number>();
  for (const [index, { traceId, spanId }] of spans.entries()) byId.set(`${traceId}/${spanId}`, index);
  return Int32Array.from(spans, ({ traceId, parentSpanId }, index) => {
    const at = parentSpanId === null ? undefined : byId.get(`${traceId}/${parentSpanId}`);
    return at === undefined || at === index ? -1 : at;
  });
}

/** Every span after all of its children. A span whose way up leads back to itself loses its parent. */
function childrenFirst(parent: Int32Array): number[] {
  const depth = new Int32Array(parent.length).fill(-1);
  for (let index = 0; index < parent.length; index++) {
    const way: number[] = [];
    const onWay = new Set<number>();
    let at = index;
    while (at >= 0 && depth[at] === -1 && !onWay.has(at)) {
      way.push(at);
      onWay.add(at);
      at = parent[at] ?? -1;
    }
    if (at >= 0 && onWay.has(at)) {
      parent[way.at(-1) ?? at] = -1;
      at = -1;
    }
    let above = at < 0 ? -1 : (depth[at] ?? -1);
    for (const passed of way.toReversed()) depth[passed] = ++above;
  }
  return Array.from(parent.keys()).toSorted((a, b) => (depth[b] ?? 0) - (depth[a] ?? 0) || a - b);
}

/** Length of the union of intervals within [0, durationUs]. */
function coveredUs(durationUs: number, intervals: readonly [number, number][]): number {
  let covered = 0;
  let reached = 0;
  for (const [start, end] of intervals.toSorted((a, b) => a[0] - b[0])) {
    const [from, to] = [Math.max(start, reached), Math.min(end, durationUs)];
    if (to > from) covered += to - from;
    reached = Math.max(reached, to);
  }
  return covered;
}
