import type { Span } from "../domain/telemetry.ts";
import { nanosToMs } from "../domain/time.ts";
import { pairIds } from "./pair-ids.ts";

/**
 * Spans joined to trees. All arrays run parallel to `spans`.
 *
 * `parent[i]`: index of the parent, −1 for a root or an orphan. `selfUs[i]`: duration minus the time that spans below
 * it cover, µs. `callee[i]`: the other service that a child of span i belongs to; null if all children belong to the
 * own service. A span with a callee is a client span, and its self time passes between the two ends. `below[i]`: the
 * other services that the span leads to, through spans of its own service: null for none, `SEVERAL` for more than one.
 * `kind[i]`: a key that is equal for spans of one service and operation that lead to the same services, in this forest
 * and any other.
 */
export type SpanForest = {
  spans: readonly Span[];
  /** Start, Unix ms. */
  timesMs: Float64Array;
  kind: string[];
  parent: Int32Array;
  selfUs: Float64Array;
  callee: (string | null)[];
  below: (string | null)[];
  /** 1 if some child failed too: the error came from below. */
  failingChild: Uint8Array;
};

export const SEVERAL = "\u0000several";

export const isError = ({ status }: Span): boolean => /^(error|status_code_error|5\d\d|fault)/i.test(status);

/**
 * Joins spans by (trace, parent). A child covers its parent for as long as anything below it lasts, because in
 * asynchronous code the client span may end before the callee does. Intervals are clipped to the parent, because the
 * clocks of two hosts differ. Spans in a circle become roots.
 *
 * Linear in the number of spans, except that the children of each span are sorted, and children that lead nowhere are
 * compared with those that lead to another service.
 */
export function spanForest(spans: readonly Span[]): SpanForest {
  const parent = parentsOf(spans);
  const order = childrenFirst(parent);
  const children = new Map<number, number[]>();
  for (const [index, at] of parent.entries()) {
    if (at < 0) continue;
    const siblings = children.get(at);
    if (siblings) siblings.push(index);
    else children.set(at, [index]);
  }

  const selfUs = Float64Array.from(spans, ({ durationUs }) => durationUs);
  /** Time from the start of the span to the end of anything below it, µs. */
  const lastsUs = Float64Array.from(spans, ({ durationUs }) => durationUs);
  const callee = Array.from<string | null>({ length: spans.length }).fill(null);
  const below = Array.from<string | null>({ length: spans.length }).fill(null);
  const failingChild = new Uint8Array(spans.length);
  // measure from a span in the middle: a double holds three months of nanoseconds on either side
  const origin = spans[spans.length >> 1]?.startUnixNano ?? 0n;
  const startsUs = Float64Array.from(spans, ({ startUnixNano }) => Number(startUnixNano - origin) / 1000);
  const after = (index: number, other: number): number => (startsUs[index] ?? 0) - (startsUs[other] ?? 0);
  const coveredBy = (at: number, durationUs: number, others: readonly number[]): number =>
    coveredUs(
      durationUs,
      others.map((index) => [after(index, at), after(index, at) + (lastsUs[index] ?? 0)]),
    );

  for (const at of order) {
    const span = spans[at];
    const inside = children.get(at);
    if (!span || !inside) continue;
    for (const index of inside) {
      const child = spans[index];
      if (!child) continue;
      lastsUs[at] = Math.max(lastsUs[at] ?? 0, after(index, at) + (lastsUs[index] ?? 0));
      if (child.service !== span.service) callee[at] = child.service;
      below[at] = joined(below[at] ?? null, child.service === span.service ? (below[index] ?? null) : child.service);
      if (isError(child)) failingChild[at] = 1;
    }
    selfUs[at] = span.durationUs - coveredBy(at, span.durationUs, inside);

    // reactive code: a handler's span runs parallel to the client span of the call that it awaits
    const leading = inside.filter((index) => below[index] !== null);
    if (leading.length === 0) continue;
    for (const index of inside) {
      const child = spans[index];
      if (!child || below[index] !== null || child.service !== span.service) continue;
      const awaited = leading.filter((other) => after(other, index) >= 0 && after(other, index) < child.durationUs);
      if (awaited.length === 0) continue;
      for (const other of awaited) below[index] = joined(below[index] ?? null, below[other] ?? null);
      selfUs[index] =
        child.durationUs - coveredBy(index, child.durationUs, [...(children.get(index) ?? []), ...awaited]);
      leading.push(index);
    }
  }
  const timesMs = Float64Array.from(spans, ({ startUnixNano }) => nanosToMs(startUnixNano));
  return { spans, timesMs, kind: kindsOf(spans, callee, below), parent, selfUs, callee, below, failingChild };
}

/** Builds one key per (service, operation, callee, below), each once: a million spans have a few thousand kinds. */
function kindsOf(
  spans: readonly Span[],
  callee: readonly (string | null)[],
  below: readonly (string | null)[],
): string[] {
  const operationOf = pairIds();
  const endsOf = pairIds();
  const texts = new Map<number, string>();
  return spans.map(({ service, operation }, index) => {
    const [to, down] = [callee[index] ?? "", below[index] ?? ""];
    const id = operationOf(service, operation) * MAX_ENDS + endsOf(to, down);
    let text = texts.get(id);
    if (text === undefined) texts.set(id, (text = [service, operation, to, down].join("\u0000")));
    return text;
  });
}
/** More pairs of services than any system has; products stay exact in a double. */
const MAX_ENDS = 2 ** 24;

const joined = (a: string | null, b: string | null): string | null =>
  a === null || a === b ? b : b === null ? a : SEVERAL;

function parentsOf(spans: readonly Span[]): Int32Array {
  const byTrace = new Map<string, Map<string, number>>();
  for (const [index, { traceId, spanId }] of spans.entries()) {
    const ids = byTrace.get(traceId);
    if (ids) ids.set(spanId, index);
    else byTrace.set(traceId, new Map([[spanId, index]]));
  }
  return Int32Array.from(spans, ({ traceId, parentSpanId }, index) => {
    const at = parentSpanId === null ? undefined : byTrace.get(traceId)?.get(parentSpanId);
    return at === undefined || at === index ? -1 : at;
  });
}

const UNSEEN = -1;
const ON_PATH = -2;

/**
 * Orders spans so that each follows all of its children, by counting depths. A span whose ancestors lead back to
 * itself loses its parent.
 */
function childrenFirst(parent: Int32Array): Int32Array {
  const depth = new Int32Array(parent.length).fill(UNSEEN);
  const countOf: number[] = [];
  for (let index = 0; index < parent.length; index++) {
    const path: number[] = [];
    let at = index;
    while (at >= 0 && depth[at] === UNSEEN) {
      depth[at] = ON_PATH;
      path.push(at);
      at = parent[at] ?? -1;
    }
    if (at >= 0 && depth[at] === ON_PATH) {
      parent[path.at(-1) ?? at] = -1;
      at = -1;
    }
    let above = at < 0 ? -1 : (depth[at] ?? -1);
    for (let step = path.length - 1; step >= 0; step--) {
      above += 1;
      depth[path[step] ?? 0] = above;
      countOf[above] = (countOf[above] ?? 0) + 1;
    }
  }
  const next = countOf.map((_, level) => countOf.slice(level + 1).reduce((sum, count) => sum + count, 0));
  const order = new Int32Array(parent.length);
  for (const [index, level] of depth.entries()) {
    const place = next[level] ?? 0;
    order[place] = index;
    next[level] = place + 1;
  }
  return order;
}

/** Length of the union of the intervals, within [0, durationUs]. */
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
