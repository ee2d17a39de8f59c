import { clusterFindings } from "../../cluster/findings.ts";
import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { gatherStep } from "../gather.ts";
import type { NodeStep } from "../step.ts";

/** Reads what the cluster says of its objects, and which of them belong together. */
export const readCluster =
  (deps: AgentDeps): NodeStep =>
  (state, runtime) =>
    gatherStep(deps, "read-cluster", "cluster", async ({ telemetry: { cluster }, incident, fetch }) => {
      if (!cluster) return null;
      const query = "state of the cluster's objects";
      const answers = await cluster.fetchAnswers(fetch);
      const { findings, topology } = clusterFindings({ answers, incident, connector: cluster.name, query });
      await putArtifact(deps.store, state.analysisId, "topology.cluster", topology);
      return { findings, rows: answers.length };
    })(state, runtime);
