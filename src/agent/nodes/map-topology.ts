import type { Topology } from "../../domain/telemetry.ts";
import { joinTopology } from "../../topology/join.ts";
import { callsInMessages } from "../../rca/message-calls.ts";
import { citedFindings, findArtifact, getArtifact, putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen, foldProblems } from "../gather.ts";
import type { AnalysisState, CoverageGap } from "../state.ts";
import { type NodeStep, timed } from "../step.ts";

/** Joins all edges, and adds the calls that only error lines show. */
async function join({ store }: AgentDeps, state: AnalysisState, declared: Topology | null): Promise<Topology> {
  const { analysisId } = state;
  const parts = [
    declared,
    await findArtifact(store, analysisId, "topology.traces"),
    await findArtifact(store, analysisId, "topology.cluster"),
  ];
  const known = parts.filter((part) => part !== null);
  const incident = asSeen(await getArtifact(store, analysisId, "incident"), state);
  const stated = callsInMessages(
    incident,
    joinTopology(known),
    await citedFindings(store, analysisId, state.findings),
    (await findArtifact(store, analysisId, "cluster.addresses")) ?? {},
  );
  const joined = joinTopology([...known, { nodes: [], edges: stated }]);
  await putArtifact(store, analysisId, "topology", joined);
  return joined;
}

/** No topology was recorded, and no signal shows an edge. That does not mean that nothing calls anything. */
const NO_EDGES: CoverageGap = {
  source: "topology",
  kind: "absent",
  why: "not recorded, and neither traces nor cluster show call edges",
};

/** Joins the declared edges with those from traces and from the cluster. */
export const mapTopology = (deps: AgentDeps): NodeStep =>
  timed(deps, "map-topology", async (state, { signal }) => {
    const telemetry = await deps.telemetry.handleOf(state);
    const incident = asSeen(await getArtifact(deps.store, state.analysisId, "incident"), state);
    const declared = await telemetry.readIncident("topology", incident, { signal });
    const { edges } = await join(deps, state, declared?.own ?? null);
    const problems = declared?.coverage.flatMap((coverage) => coverage.problems) ?? [];
    return {
      coverage: [...foldProblems("topology", problems), ...(declared === null && edges.length === 0 ? [NO_EDGES] : [])],
    };
  });

/** Runs when the declared topology cannot be read. Uses the edges from traces and cluster. */
export const mapDiscoveredTopology = (deps: AgentDeps) => async (state: AnalysisState) => {
  await join(deps, state, null);
  return {};
};
