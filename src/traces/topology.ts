import type { Topology } from "../domain/telemetry.ts";
import type { SpanForest } from "./forest.ts";

/** Derives services, their pods and call edges from spans. Sorted, so that the same spans give the same bytes. */
export function topologyOfSpans({ spans, parent }: SpanForest): Topology {
  const nodes = new Map<string, string>();
  const edges = new Map<string, { from: string; to: string; kind: string }>();
  const addEdge = (from: string, to: string, kind: string): void => {
    edges.set(`${kind}\u0000${from}\u0000${to}`, { from, to, kind });
  };
  for (const [index, { service, pod }] of spans.entries()) {
    nodes.set(service, "service");
    if (pod && pod !== service) {
      nodes.set(pod, "pod");
      addEdge(pod, service, "member_of");
    }
    const caller = spans[parent[index] ?? -1]?.service;
    if (caller !== undefined && caller !== service) addEdge(caller, service, "calls");
  }
  return {
    nodes: [...nodes].map(([id, kind]) => ({ id, kind })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    edges: [...edges].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge),
  };
}
