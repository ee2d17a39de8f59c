import type { Topology, TopologyEdge } from "../domain/telemetry.ts";
import type { Names } from "./names.ts";
import type { ClusterState } from "./state.ts";

const byKey =
  <T>(key: (one: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : 1;

/** Derives call edges, the owner of each pod, and the node that it runs on. */
export function clusterTopology({ calls, pods, nodes, workloads, services }: ClusterState, names: Names): Topology {
  const kinds = new Map<string, string>();
  const edges = new Map<string, TopologyEdge>();
  const add = (from: string, to: string, kind: string): void => {
    if (from !== to) edges.set(`${kind} ${from} ${to}`, { from, to, kind });
  };
  for (const entity of [
    ...workloads.map(names.ofWorkload),
    ...services.map(names.ofService),
    ...nodes.map(({ name }) => names.node(name)),
  ])
    kinds.set(entity.id, entity.kind);
  for (const pod of pods) {
    const owner = names.ofPod(pod);
    kinds.set(owner.id, owner.kind);
    if (pod.name !== owner.id) {
      kinds.set(pod.name, "pod");
      add(pod.name, owner.id, "member_of");
    }
    if (pod.node !== null) {
      const host = names.node(pod.node);
      kinds.set(host.id, host.kind);
      add(pod.name, host.id, "runs_on");
    }
  }
  for (const { from, to } of calls) {
    const [caller, callee] = [names.app(from), names.app(to)];
    for (const { id, kind } of [caller, callee]) if (!kinds.has(id)) kinds.set(id, kind);
    add(caller.id, callee.id, "calls");
  }
  return {
    nodes: [...kinds].map(([id, kind]) => ({ id, kind })).toSorted(byKey(({ id }) => id)),
    edges: [...edges].toSorted(byKey(([key]) => key)).map(([, edge]) => edge),
  };
}
