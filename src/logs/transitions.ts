import type { EventTable } from "./event-table.ts";

/** END comes after the last event of a sequence, START before the first. */
export const END = -1;
export const START = -2;

/** Transitions as columns: in a sequence of `service`, `to` came after `from`. */
export type Transitions = {
  from: number[];
  to: number[];
  service: number[];
  /** When the transition was seen: the time of `to`, or of `from` for END. */
  seenNs: number[];
  /** When `from` happened (for START: when `to` did). */
  atNs: number[];
  trace: number[];
  /** 1 / number of transitions that this trace has from this event, so that one busy trace counts once. */
  weight: number[];
  isOwn: boolean[];
};

/**
 * A recording cuts spans at its edges. Within this distance of an edge, a missing previous or next event proves
 * nothing.
 */
const EDGE_NS = 3e9;

/**
 * Orders events by time and lists the transitions: inside each span (or a service's part of a trace), or over whole
 * traces across services. Events with equal times keep the order in which they were read.
 */
export function listTransitions(table: EventTable, within: "sequence" | "trace"): Transitions {
  const column = within === "sequence" ? table.sequence : table.trace;
  const order = Array.from(table.timeNs, (_, index) => index).sort(
    (a, b) => (table.timeNs[a] as number) - (table.timeNs[b] as number) || a - b,
  );
  const out: Transitions = { from: [], to: [], service: [], seenNs: [], atNs: [], trace: [], weight: [], isOwn: [] };
  const edges = { own: edgesOf(table, order, true), shared: edgesOf(table, order, false) };
  const push = (from: number, to: number, index: number, atNs: number, seenNs: number) => {
    out.from.push(from);
    out.to.push(to);
    out.service.push(table.eventService[table.event[index] as number] as number);
    out.atNs.push(atNs);
    out.seenNs.push(seenNs);
    out.trace.push(table.trace[index] as number);
    out.isOwn.push(table.isOwn[index] as boolean);
  };
  const last = new Map<number, number>();
  const keyOf = (index: number) => (column[index] as number) * 2 + (table.isOwn[index] === true ? 1 : 0);
  for (const index of order) {
    if (column[index] === -1) continue;
    const at = table.timeNs[index] as number;
    const event = table.event[index] as number;
    const before = last.get(keyOf(index));
    const edge = table.isOwn[index] === true ? edges.own : edges.shared;
    if (before !== undefined) push(table.event[before] as number, event, index, table.timeNs[before] as number, at);
    else if (at - edge.first > EDGE_NS) push(START, event, index, at, at);
    last.set(keyOf(index), index);
  }
  for (const index of last.values()) {
    const at = table.timeNs[index] as number;
    const edge = table.isOwn[index] === true ? edges.own : edges.shared;
    if (edge.last - at > EDGE_NS) push(table.event[index] as number, END, index, at, at);
  }
  out.weight = weightsOf(out);
  return out;
}

function weightsOf({ from, service, trace }: Transitions): number[] {
  const passes = new Map<string, number>();
  const keys = from.map((event, i) => (trace[i] === -1 ? null : `${event} ${service[i]} ${trace[i]}`));
  for (const key of keys) if (key !== null) passes.set(key, (passes.get(key) ?? 0) + 1);
  return keys.map((key) => 1 / (key === null ? 1 : (passes.get(key) ?? 1)));
}

function edgesOf(table: EventTable, order: readonly number[], isOwn: boolean): { first: number; last: number } {
  const first = order.find((index) => table.isOwn[index] === isOwn);
  const last = order.findLast((index) => table.isOwn[index] === isOwn);
  return {
    first: first === undefined ? 0 : (table.timeNs[first] as number),
    last: last === undefined ? 0 : (table.timeNs[last] as number),
  };
}
