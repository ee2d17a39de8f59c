import type { Problem } from "../../domain/ports.ts";
import type { Topology } from "../../domain/telemetry.ts";
import { joinTopology } from "../../topology/join.ts";
import { findBody, putBody } from "../bodies.ts";
import type { AgentDeps } from "../deps.ts";
import { foldProblems } from "../gather.ts";
import type { AnalysisState } from "../state.ts";
import { type Step, timed } from "../step.ts";

async function join({ store }: AgentDeps, { analysisId }: AnalysisState, told: Topology | null): Promise<void> {
  const parts = [told, await findBody(store, analysisId, "topology.traces"), await findBody(store, analysisId, "topology.cluster")];
  await putBody(store, analysisId, "topology", joinTopology(parts.filter((part) => part !== null)));
}

/** Joins who calls, runs on and belongs to whom: as told, as traced, and as the cluster has it. */
export const mapTopology = (deps: AgentDeps): Step =>
  timed(deps, "map-topology", async (state, { signal }) => {
    const { topology } = await deps.incidents.openTelemetry(state.incidentId);
    const problems: Problem[] = [];
    const told = topology ? await topology.fetchTopology({ signal, onProblem: (problem) => problems.push(problem) }) : null;
    await join(deps, state, told);
    return { notChecked: foldProblems("topology", problems) };
  });

/** For when nobody can tell: the edges that traces and cluster gave. */
export const mapTopologyUntold = (deps: AgentDeps) => async (state: AnalysisState) => {
  await join(deps, state, null);
  return {};
};
