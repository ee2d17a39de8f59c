import type { Topology } from "../domain/telemetry.ts";

/** The topology as a graph to walk. Every list is ascending and without duplicates. */
export type DependencyGraph = {
  kindOf: ReadonlyMap<string, string>;
  callees: ReadonlyMap<string, readonly string[]>;
  callers: ReadonlyMap<string, readonly string[]>;
  /** Pod → its service. */
  ownerOf: ReadonlyMap<string, string>;
  /** Pod → its node. */
  hostOf: ReadonlyMap<string, string>;
};

export function dependencyGraph({ nodes, edges }: Topology): DependencyGraph {
  const kindOf = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const callees = new Map<string, Set<string>>();
  const callers = new Map<string, Set<string>>();
  const ownerOf = new Map<string, string>();
  const hostOf = new Map<string, string>();
  for (const { from, to, kind } of edges) {
    if (from === to) continue;
    if (kind === "calls") {
      add(callees, from, to);
      add(callers, to, from);
    } else if (kind === "member_of") ownerOf.set(from, to);
    else if (kind === "runs_on") hostOf.set(from, to);
  }
  return { kindOf, callees: listed(callees), callers: listed(callers), ownerOf, hostOf };
}

function add(into: Map<string, Set<string>>, from: string, to: string): void {
  const known = into.get(from);
  if (known) known.add(to);
  else into.set(from, new Set([to]));
}

const listed = (sets: Map<string, Set<string>>): Map<string, readonly string[]> =>
  new Map([...sets].map(([id, set]) => [id, [...set].toSorted()]));

/**
 * Everything reachable from `start` along `next` within `maxHops`, itself included, with hops. Breadth first; cycles
 * are safe.
 */
export function hopsFrom(
  start: string,
  next: ReadonlyMap<string, readonly string[]>,
  maxHops = Number.POSITIVE_INFINITY,
): Map<string, number> {
  const hops = new Map([[start, 0]]);
  const queue = [start];
  for (const at of queue) {
    const further = (hops.get(at) ?? 0) + 1;
    if (further > maxHops) break;
    for (const to of next.get(at) ?? []) {
      if (hops.has(to)) continue;
      hops.set(to, further);
      queue.push(to);
    }
  }
  return hops;
}

/**
 * A shortest path from `from` to `to` along `next`, both included; null if there is none. Ties in alphabetical order.
 */
export function shortestPath(from: string, to: string, next: ReadonlyMap<string, readonly string[]>): string[] | null {
  const cameFrom = new Map<string, string | null>([[from, null]]);
  const queue = [from];
  for (const at of queue) {
    if (at === to) break;
    for (const step of next.get(at) ?? []) {
      if (cameFrom.has(step)) continue;
      cameFrom.set(step, at);
      queue.push(step);
    }
  }
  if (!cameFrom.has(to)) return null;
  const path: string[] = [];
  for (let at: string | null = to; at !== null; at = cameFrom.get(at) ?? null) path.unshift(at);
  return path;
}
