import type { Topology } from "../../domain/telemetry.ts";
import { joinTopology } from "../../topology/join.ts";
import { findArtifact, getArtifact, putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen, foldProblems } from "../gather.ts";
import type { AnalysisState, CoverageGap } from "../state.ts";
import { type NodeStep, timed } from "../step.ts";

async function join({ store }: AgentDeps, { analysisId }: AnalysisState, declared: Topology | null): Promise<Topology> {
  const parts = [
    declared,
    await findArtifact(store, analysisId, "topology.traces"),
    await findArtifact(store, analysisId, "topology.cluster"),
  ];
  const joined = joinTopology(parts.filter((part) => part !== null));
  await putArtifact(store, analysisId, "topology", joined);
  return joined;
}

/** Nobody told, and nothing that was read shows it: not the same as "nobody calls anybody". */
const NO_EDGES: CoverageGap = {
  source: "topology",
  kind: "absent",
  why: "not recorded, and nothing that was read tells who calls whom",
};

/** Joins who calls, runs on and belongs to whom: as declared, as traced, and as the cluster reports it. */
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

/** For when the declared topology cannot be read: the edges that traces and cluster gave. */
export const mapDiscoveredTopology = (deps: AgentDeps) => async (state: AnalysisState) => {
  await join(deps, state, null);
  return {};
};
