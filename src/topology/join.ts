import type { Topology } from "../domain/telemetry.ts";
import { workloadOfPod } from "./graph.ts";

/**
 * One topology of what several sources tell. A pod that no source gives an owner gets the service that its name tells of, if that service is known
 * or the pod is known as one. Ascending.
 */
export function joinTopology(parts: readonly Topology[]): Topology {
  const kinds = new Map<string, string>();
  for (const { id, kind } of parts.flatMap(({ nodes }) => nodes)) {
    // "unknown" gives way to any kind that is told; otherwise the first source is right
    if (!kinds.has(id) || kinds.get(id) === "unknown") kinds.set(id, kind);
  }
  const edges = new Map(
    parts.flatMap(({ edges }) => edges).map((edge) => [`${edge.kind}\u0000${edge.from}\u0000${edge.to}`, edge]),
  );
  const owned = new Set([...edges.values()].filter(({ kind }) => kind === "member_of").map(({ from }) => from));
  for (const { id, kind } of parts.flatMap(({ nodes }) => nodes)) {
    const workload = kind === "pod" && !owned.has(id) ? workloadOfPod(id) : null;
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
