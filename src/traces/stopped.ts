import type { Side } from "../domain/periods.ts";
import type { SpanForest } from "./forest.ts";

/**
 * Work that a program started by itself at a steady rate, and no longer starts, while others still call what it called.
 * `operation`: the root span. `callee`: what the work called most. `before`: times that it began before the split.
 * `expected`: times that it should have begun in the silence since `lastMs`.
 */
export type StoppedWork = {
  caller: string;
  callee: string;
  operation: string;
  before: number;
  expected: number;
  lastMs: number;
  silentMs: number;
};

/** Fewer expected spans may be missing by chance: e^-14 is one in a million. */
const MIN_EXPECTED = 14;
/** A program that works in bursts pauses, too: its silence must be this many times its longest pause. */
const LONGEST_PAUSES = 3;
/** Programs send their spans in batches, by default every five seconds: the newest may be on their way. Milliseconds. */
const MIN_SILENT_MS = 10_000;

type Work = { caller: string; operation: string; timesMs: number[]; calls: Map<string, number> };

/**
 * Finds programs that start work by themselves, as consumers and pollers do, and stopped. Nobody calls them, so nobody
 * fails or waits when they stop. That others still call the same callee shows that spans arrive.
 */
export function stoppedWork(forest: SpanForest, side: (timeMs: number) => Side): StoppedWork[] {
  const { spans, parent, callee, timesMs } = forest;
  const works = new Map<string, Work>();
  /** The newest call of each callee by each program at the top of the trace. */
  const newest = new Map<string, Map<string, number>>();
  let [splitMs, endMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [index, span] of spans.entries()) {
    const atMs = timesMs[index] ?? 0;
    if (side(atMs) === "during") {
      splitMs = Math.min(splitMs, atMs);
      endMs = Math.max(endMs, atMs);
    }
    const root = spans[rootOf(parent, index)] ?? span;
    const key = `${root.service}\u0000${root.operation}`;
    const work: Work = works.get(key) ?? {
      caller: root.service,
      operation: root.operation,
      timesMs: [],
      calls: new Map(),
    };
    works.set(key, work);
    if (root === span) work.timesMs.push(atMs);
    const to = callee[index] ?? span.peer ?? null;
    if (to === null || to === span.service || span.kind === "producer") continue;
    const by = newest.get(to) ?? new Map<string, number>();
    by.set(root.service, Math.max(by.get(root.service) ?? atMs, atMs));
    newest.set(to, by);
    if (span.service === root.service) work.calls.set(to, (work.calls.get(to) ?? 0) + 1);
  }
  return [...works.values()].flatMap(({ caller, operation, timesMs: own, calls }) => {
    const [most] = [...calls].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const silence = most === undefined ? null : silenceOf(own, splitMs, endMs);
    if (most === undefined || silence === null) return [];
    const others = [...(newest.get(most[0]) ?? new Map<string, number>())];
    const isCalled = others.some(([by, atMs]) => by !== caller && atMs > silence.lastMs);
    return isCalled ? [{ caller, callee: most[0], operation, ...silence }] : [];
  });
}

/** The silence at the end, if it is too long for chance; null otherwise. */
function silenceOf(
  timesMs: readonly number[],
  splitMs: number,
  endMs: number,
): Pick<StoppedWork, "before" | "expected" | "lastMs" | "silentMs"> | null {
  const times = timesMs.filter((atMs) => atMs <= endMs).toSorted((a, b) => a - b);
  const before = times.filter((atMs) => atMs < splitMs);
  const [firstMs, lastQuietMs, lastMs] = [before[0], before.at(-1), times.at(-1)];
  if (firstMs === undefined || lastQuietMs === undefined || lastMs === undefined || lastQuietMs <= firstMs) return null;
  const silentMs = endMs - lastMs;
  const expected = (silentMs * (before.length - 1)) / (lastQuietMs - firstMs);
  const pauses = times.map((atMs, at) => atMs - (times[at - 1] ?? atMs));
  const longestMs = pauses.reduce((most, pause) => Math.max(most, pause), 0);
  return expected >= MIN_EXPECTED && silentMs >= Math.max(MIN_SILENT_MS, LONGEST_PAUSES * longestMs)
    ? { before: before.length, expected, lastMs, silentMs }
    : null;
}

/** The topmost span of the trace. `spanForest` left no circles. */
function rootOf(parent: Int32Array, index: number): number {
  let at = index;
  for (let above = parent[at] ?? -1; above >= 0; above = parent[at] ?? -1) at = above;
  return at;
}
