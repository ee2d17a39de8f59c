import { coverageFor, NO_METADATA } from "../../domain/answer.ts";
import type { Capabilities, TelemetrySource } from "../../domain/ports.ts";
import type { ClusterAnswer, Topology } from "../../domain/telemetry.ts";
import { TOPOLOGY_TYPES } from "./resources.ts";
import { answerOf, type KubernetesReading } from "./sources.ts";

/** Derives how the objects of a cluster are related. `atMs`: when they were read. */
export type ClusterTopologyOf = (answers: readonly ClusterAnswer[], atMs: number) => Topology;

const CAPABILITIES: Capabilities = { holds: "system", filters: [], metadata: [] };

/**
 * Which pod belongs to which service and runs on which node, and which Services the configuration of workloads names.
 * The lists are those of the cluster's state, which reports what could not be read of them.
 */
export function kubernetesTopology(
  { name, snapshot, now }: KubernetesReading,
  topologyOf: ClusterTopologyOf,
): TelemetrySource<"topology"> {
  return {
    name,
    signal: "topology",
    capabilities: CAPABILITIES,
    async query(query, { signal } = {}) {
      const coverage = coverageFor({ name, capabilities: CAPABILITIES }, query);
      if (query.recording !== null) return { data: { nodes: [], edges: [] }, coverage };
      const { lists } = await (await snapshot()).read(TOPOLOGY_TYPES, signal);
      const data = topologyOf(lists.map(answerOf), now());
      return { data, coverage: { ...coverage, returned: data.edges.length } };
    },
    metadata: async () => NO_METADATA,
  };
}
