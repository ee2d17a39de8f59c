import type { PastCauses } from "../../domain/hypothesis.ts";
import { rankCauses as rank } from "../../rca/rank.ts";
import { citedFindings, findArtifact, getArtifact, putArtifact } from "../artifacts.ts";
import type { BaselineCoverage } from "../../rca/symptom.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen } from "../gather.ts";
import { downgrade, unreadCount } from "../sources.ts";
import type { AnalysisState } from "../state.ts";
import { type NodeStep, timed } from "../step.ts";

/** Ranks the stored findings, and stores the ranking. `past` is a weak prior, never a proof. */
export async function rankStored({ store, calibration }: AgentDeps, state: AnalysisState, past: readonly PastCauses[]) {
  const { analysisId } = state;
  const incident = asSeen(await getArtifact(store, analysisId, "incident"), state);
  const findings = await citedFindings(store, analysisId, state.findings);
  const ranking = downgrade(
    rank({
      incident,
      findings,
      topology: await getArtifact(store, analysisId, "topology"),
      similar: past,
      unread: unreadCount(state.coverage),
      baselineCoverage: await baselineCoverageOf(store, analysisId),
      ...(calibration === undefined ? {} : { calibration }),
    }),
    state.coverage,
  );
  await putArtifact(store, analysisId, "findings", state.findings);
  await putArtifact(store, analysisId, "ranking", ranking);
  return ranking;
}

async function baselineCoverageOf(store: AgentDeps["store"], analysisId: string): Promise<BaselineCoverage> {
  const [metrics, traces] = [
    await findArtifact(store, analysisId, "baselineCoverage.metrics"),
    await findArtifact(store, analysisId, "baselineCoverage.traces"),
  ];
  return new Map([...Object.entries(metrics ?? {}), ...Object.entries(traces ?? {})]);
}

/** Ranks root causes from findings and topology. */
export const rankCauses = (deps: AgentDeps): NodeStep =>
  timed(deps, "rank-causes", async (state) => ({ verdict: (await rankStored(deps, state, [])).verdict }));
