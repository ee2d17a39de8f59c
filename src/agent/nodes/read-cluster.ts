import { clusterFindings } from "../../cluster/findings.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { gatherStep } from "../gather.ts";
import type { NodeStep } from "../step.ts";

/** Reads the state of the cluster's objects, and how they are related. */
export const readCluster =
  (deps: AgentDeps): NodeStep =>
  (state, runtime) =>
    gatherStep(deps, { node: "read-cluster", source: "cluster", signal: "cluster" }, async ({ read, incident }) => {
      const { findings, topology, addresses, deliveries, workloads } = clusterFindings({
        answers: read.own,
        incident,
        connector: read.source,
        query: "state of the cluster's objects",
        withoutCauses: deps.withoutCauses,
      });
      await putArtifact(deps.store, state.analysisId, "topology.cluster", topology);
      await putArtifact(deps.store, state.analysisId, "cluster.addresses", addresses);
      await putArtifact(deps.store, state.analysisId, "cluster.deliveries", deliveries);
      await putArtifact(deps.store, state.analysisId, "cluster.workloads", workloads);
      return { findings, rows: read.own.length };
    })(state, runtime);
