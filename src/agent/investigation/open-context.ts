import type { CitedFinding, Finding } from "../../domain/finding.ts";
import type { CauseReading } from "../../domain/model-investigation.ts";
import type { TelemetryHandle } from "../../telemetry/handle.ts";
import { citedFindings, findArtifact, getArtifact, putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen, stored } from "../gather.ts";
import type { LogMiner } from "../mined-logs.ts";
import { rankFindings } from "../rank-stored.ts";
import { type AnalysisState, nameFindings, type UnnamedRef } from "../state.ts";
import type { InvestigationContext } from "./context.ts";
import { observationsIn } from "./observations.ts";

/** What the tools of one investigation added. */
export type AddedEvidence = { refs: UnnamedRef[]; readings: CauseReading[] };

/** Opens what the tools of one investigation work on. `added` fills while they run. */
export async function openContext(
  deps: AgentDeps,
  state: AnalysisState,
  minedLogs: LogMiner,
  telemetry: TelemetryHandle,
): Promise<{ context: InvestigationContext; added: AddedEvidence }> {
  const { store, runbooks } = deps;
  const { analysisId } = state;
  const incident = asSeen(await getArtifact(store, analysisId, "incident"), state);
  const findings = await citedFindings(store, analysisId, state.findings);
  const added: AddedEvidence = { refs: [], readings: [] };
  const named = () => nameFindings(state.findings, added.refs);
  const context: InvestigationContext = {
    incident,
    telemetry,
    topology: await getArtifact(store, analysisId, "topology"),
    findings,
    readings: added.readings,
    observations: observationsIn((all) => putArtifact(store, analysisId, "observations", all)),
    examinations: 0,
    similar: (await findArtifact(store, analysisId, "similar")) ?? [],
    runbooks: () => runbooks.listRunbooks(),
    async minedLogs(signal) {
      const read = await telemetry.readIncident("log", incident, { signal });
      return read === null ? null : (await minedLogs(telemetry, incident, read, signal)).mined;
    },
    async addFindings(found: readonly Finding[]) {
      const known = named().length;
      added.refs.push(...(await stored(deps, analysisId, found)));
      const cited: CitedFinding[] = await citedFindings(store, analysisId, named().slice(known));
      findings.push(...cited);
      return cited;
    },
    keyOf: (findingId) => named().find(({ id }) => id === findingId)?.key ?? null,
    async rankAgain() {
      const { window, baseline, onset, extents, coverage } = state;
      const seen = { analysisId, window, baseline, onset, extents, coverage, findings: named() };
      const ranking = await rankFindings(deps, seen, [], added.readings);
      return ranking.hypotheses;
    },
  };
  return { context, added };
}
