import type { Topology, TopologyEdge } from "../domain/telemetry.ts";
import { nanosToMs } from "../domain/time.ts";
import type { SpanForest } from "./forest.ts";

const KIND_OF_PEER = { service: "service", database: "database", queue: "unknown", external: "external" } as const;

/**
 * Derives services, their pods and call edges from spans. A client span that names what it called gives an edge too,
 * where the callee has no span in the trace. Sorted, so that the same spans give the same bytes.
 *
 * @param by how reports name the source; each edge then has it, with the time of its newest span.
 */
export function topologyOfSpans({ spans, parent }: SpanForest, by: string | null = null): Topology {
  const nodes = new Map<string, string>();
  const edges = new Map<string, Omit<TopologyEdge, "seen"> & { atMs: number }>();
  const addEdge = (from: string, to: string, kind: string, atMs: number): void => {
    const key = `${kind}\u0000${from}\u0000${to}`;
    edges.set(key, { from, to, kind, atMs: Math.max(edges.get(key)?.atMs ?? 0, atMs) });
  };
  const answered = new Set(parent);
  const peers = new Map<string, string>();
  for (const [index, { service, pod, peer, peerKind, startUnixNano }] of spans.entries()) {
    const atMs = by === null ? 0 : nanosToMs(startUnixNano);
    nodes.set(service, "service");
    if (pod && pod !== service) {
      nodes.set(pod, "pod");
      addEdge(pod, service, "member_of", atMs);
    }
    const caller = spans[parent[index] ?? -1]?.service;
    if (caller !== undefined && caller !== service) addEdge(caller, service, "calls", atMs);
    if (peer !== undefined && peer !== service && !answered.has(index)) {
      peers.set(peer, KIND_OF_PEER[peerKind ?? "service"]);
      addEdge(service, peer, "calls", atMs);
    }
  }
  for (const [peer, kind] of peers) if (!nodes.has(peer)) nodes.set(peer, kind);
  const observed = (edge: Omit<TopologyEdge, "seen">, atMs: number): TopologyEdge =>
    by === null ? edge : { ...edge, seen: [{ by, atMs }] };
  return {
    nodes: [...nodes].map(([id, kind]) => ({ id, kind })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    edges: [...edges].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { atMs, ...edge }]) => observed(edge, atMs)),
  };
}
