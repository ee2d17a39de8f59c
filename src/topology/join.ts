import type { Topology, TopologyEdge } from "../domain/telemetry.ts";
import { isInstanceKind } from "../domain/entity.ts";
import { workloadOfPod } from "../domain/pod-names.ts";

/**
 * Joins the topologies of several sources into one. An edge of the kind `none` removes those between its ends. A pod
 * without an owner gets the workload in its name as its service. Ascending.
 */
export function joinTopology(parts: readonly Topology[]): Topology {
  const kinds = new Map<string, string>();
  for (const { id, kind } of parts.flatMap(({ nodes }) => nodes)) {
    // the first source decides the kind, unless it says "unknown"
    if (!kinds.has(id) || kinds.get(id) === "unknown") kinds.set(id, kind);
  }
  const edges = joinEdges(parts.flatMap(({ edges: some }) => some));
  const owned = new Set([...edges.values()].filter(({ kind }) => kind === "member_of").map(({ from }) => from));
  for (const { id, kind } of parts.flatMap(({ nodes }) => nodes)) {
    const workload = isInstanceKind(kind) && !owned.has(id) ? workloadOf(id, kind, kinds) : null;
    if (workload === null) continue;
    if (!kinds.has(workload)) kinds.set(workload, "service");
    edges.set(`member_of\u0000${id}\u0000${workload}`, { from: id, to: workload, kind: "member_of" });
  }
  for (const { from, to } of edges.values()) for (const id of [from, to]) if (!kinds.has(id)) kinds.set(id, "unknown");
  return {
    nodes: [...kinds].map(([id, kind]) => ({ id, kind })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    edges: [...edges].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge),
  };
}

/** By kind and ends. Whoever observed an edge is kept, with the latest time. */
function joinEdges(all: readonly TopologyEdge[]): Map<string, TopologyEdge> {
  const removed = new Set(all.flatMap(({ from, to, kind }) => (kind === "none" ? `${from}\u0000${to}` : [])));
  const edges = new Map<string, TopologyEdge>();
  for (const edge of all) {
    if (removed.has(`${edge.from}\u0000${edge.to}`)) continue;
    const key = `${edge.kind}\u0000${edge.from}\u0000${edge.to}`;
    const seen = joinSeen(edges.get(key)?.seen, edge.seen);
    edges.set(key, seen === undefined ? edge : { ...edge, seen });
  }
  return edges;
}

function joinSeen(a: TopologyEdge["seen"], b: TopologyEdge["seen"]): TopologyEdge["seen"] {
  if (a === undefined || b === undefined) return a ?? b;
  const latest = new Map(a.map(({ by, atMs }) => [by, atMs]));
  for (const { by, atMs } of b) {
    const known = latest.get(by) ?? null;
    latest.set(by, known === null || atMs === null ? (known ?? atMs) : Math.max(known, atMs));
  }
  return [...latest].map(([by, atMs]) => ({ by, atMs })).toSorted((x, y) => (x.by < y.by ? -1 : 1));
}

/** Pods by the rules of Kubernetes; any other instance if it is a known name with a number (`web_1`, `web.2`). */
function workloadOf(id: string, kind: string, known: ReadonlyMap<string, string>): string | null {
  if (kind === "pod") return workloadOfPod(id);
  const name = /^(.+?)[-_.#:]\d{1,4}$/.exec(id)?.[1];
  return name !== undefined && known.has(name) ? name : null;
}
