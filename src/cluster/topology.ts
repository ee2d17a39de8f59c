import type { ClusterAnswer, Topology, TopologyEdge } from "../domain/telemetry.ts";
import { configuredCalls } from "./configured-calls.ts";
import { type Names, namesFor } from "./names.ts";
import { readState } from "./read-state.ts";
import type { ClusterState } from "./state.ts";

const byKey =
  <T>(key: (one: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : 1;

/** How reports name the source of the calls that configuration names. */
const CONFIGURED = "configuration in the cluster";

/** When the newest object was read; null if no answer says so. */
const takenMs = ({ objects }: ClusterState): number | null =>
  objects.reduce<number | null>((newest, { takenMs: at }) => (at === null ? newest : Math.max(newest ?? 0, at)), null);

/** The same of a live cluster, whose objects keep their own names. `atMs`: when the answers were given. */
export function topologyOfCluster(answers: readonly ClusterAnswer[], atMs: number): Topology {
  const state = readState(answers, atMs);
  return clusterTopology(state, namesFor({ vocabulary: null }, state));
}

/** Derives call edges, the owner of each pod, and the node that it runs on. */
export function clusterTopology(state: ClusterState, names: Names): Topology {
  const { calls, pods, nodes, workloads, services } = state;
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
  const seen = [{ by: CONFIGURED, atMs: takenMs(state) }];
  for (const { from, to } of configuredCalls(state, names)) {
    for (const { id, kind } of [from, to]) if (!kinds.has(id)) kinds.set(id, kind);
    const key = `calls ${from.id} ${to.id}`;
    if (!edges.has(key)) edges.set(key, { from: from.id, to: to.id, kind: "calls", seen });
  }
  return {
    nodes: [...kinds].map(([id, kind]) => ({ id, kind })).toSorted(byKey(({ id }) => id)),
    edges: [...edges].toSorted(byKey(([key]) => key)).map(([, edge]) => edge),
  };
}
