import type { Side } from "../domain/periods.ts";
import { nanosToMs } from "../domain/time.ts";
import { quantileOf, sorted } from "../stats/quantile.ts";
import type { SpanForest } from "./forest.ts";

/** Fewer quiet spans than this, and their 95th percentile says nothing. */
const MIN_SPANS = 5;

/**
 * Time that a group of spans spends beyond its own quiet 95th percentile.
 * `excessUs`: summed over the incident's spans, less what the quiet spans spend beyond it, µs. `share`: of the incident's spans that exceed it.
 * `beforeUs`, `duringUs`: medians.
 */
export type Excess = {
  service: string;
  /** The other end of a call; null for time that the service spends in itself. */
  callee: string | null;
  operation: string;
  excessUs: number;
  beforeUs: number;
  duringUs: number;
  spans: number;
  share: number;
  firstMs: number | null;
};

/**
 * Excess self time of each (service, operation, callee). A client span's self time is the way between caller and callee (network, queue in front
 * of the callee), so it is told apart from time spent inside.
 */
export function selfTimeExcess(forest: SpanForest, side: (timeMs: number) => Side, quietForest: SpanForest | null): Excess[] {
  const groups = new Map<string, { service: string; callee: string | null; operation: string; quiet: number[]; during: number[]; times: number[] }>();
  const group = (service: string, operation: string, callee: string | null) => {
    const key = `${service}\u0000${operation}\u0000${callee ?? ""}`;
    const known = groups.get(key);
    if (known) return known;
    const made = { service, callee, operation, quiet: [], during: [], times: [] };
    groups.set(key, made);
    return made;
  };
  for (const [index, span] of forest.spans.entries()) {
    const timeMs = nanosToMs(span.startUnixNano);
    const where = side(timeMs);
    if (where === "between") continue;
    const into = group(span.service, span.operation, forest.callee[index] ?? null);
    const selfUs = forest.selfUs[index] ?? 0;
    if (where === "before") into.quiet.push(selfUs);
    else {
      into.during.push(selfUs);
      into.times.push(timeMs);
    }
  }
  for (const [index, span] of quietForest?.spans.entries() ?? []) {
    group(span.service, span.operation, quietForest?.callee[index] ?? null).quiet.push(quietForest?.selfUs[index] ?? 0);
  }

  return [...groups.values()].flatMap(({ service, callee, operation, quiet, during, times }) => {
    if (quiet.length < MIN_SPANS || during.length === 0) return [];
    const ascending = sorted(quiet);
    const bound = quantileOf(ascending, 0.95);
    const median = quantileOf(ascending, 0.5);
    // one stuck span must not outweigh a thousand slow ones: what a span adds is cut at the incident's own 95th percentile
    const cut = quantileOf(sorted(during), 0.95);
    const beyond = (values: readonly number[]): number => values.reduce((sum, value) => sum + Math.max(0, Math.min(value, cut) - bound), 0) / values.length;
    const excessUs = (beyond(during) - beyond(quiet)) * during.length;
    const slow = times.filter((_, index) => (during[index] ?? 0) > bound);
    if (excessUs <= 0 || slow.length === 0) return [];
    return [{
      service, callee, operation, excessUs, beforeUs: median, duringUs: quantileOf(sorted(during), 0.5), spans: during.length,
      share: slow.length / during.length, firstMs: slow.reduce((a, b) => Math.min(a, b)),
    }];
  });
}
