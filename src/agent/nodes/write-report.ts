import { IncidentError } from "../../domain/errors.ts";
import { causeCard } from "../../rca/catalogue.ts";
import { citedFindings, findArtifact, getArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen } from "../gather.ts";
import { buildReport } from "../report/build.ts";
import { openEvidence } from "../report/opened-evidence.ts";
import { type NodeStep, timed } from "../step.ts";
import type { AnalysisState } from "../state.ts";

/** Writes the report from all stored results, before a person is asked to decide. */
export const writeReport = (deps: AgentDeps): NodeStep =>
  timed(deps, "write-report", async (state, { signal }) => {
    const { store } = deps;
    const { analysisId, startedAtMs, observedFromMs, coverage, timings, droppedClaims, use, model, openActions } =
      state;
    const findings = await citedFindings(store, analysisId, state.findings);
    const ranking = await getArtifact(store, analysisId, "ranking");
    const claims = await getArtifact(store, analysisId, "claims");
    const report = buildReport({
      state: { analysisId, startedAtMs, observedFromMs, coverage, timings, droppedClaims, use, model },
      incident: asSeen(await getArtifact(store, analysisId, "incident"), state),
      findings,
      topology: await getArtifact(store, analysisId, "topology"),
      ranking,
      covered: {
        logs: await findArtifact(store, analysisId, "coverage.logs"),
        metrics: await findArtifact(store, analysisId, "coverage.metrics"),
        traces: await findArtifact(store, analysisId, "coverage.traces"),
      },
      similar: (await findArtifact(store, analysisId, "similar")) ?? [],
      claims,
      investigation: await findArtifact(store, analysisId, "investigation"),
      refs: state.findings,
      opened: await opened(deps, state, { findings, ranking, claims }, signal),
      runbook: await findArtifact(store, analysisId, "runbook"),
      alertRunbooks: (await findArtifact(store, analysisId, "runbooks.linked")) ?? [],
      runbookPages: (await findArtifact(store, analysisId, "runbooks.pages")) ?? [],
      runningOut: (await findArtifact(store, analysisId, "metrics.runningOut")) ?? [],
      actions: await store.listActions(analysisId),
      owners: deps.owners,
      cardOf: causeCard,
      versions: deps.versions,
      spend: (await deps.models?.spendOf?.(analysisId)) ?? null,
      nowMs: deps.now(),
    });
    await store.putReport(report);
    if (openActions.length > 0) await store.setStatus(analysisId, "waiting_for_review");
    return {};
  });

/** Telemetry that cannot be opened any more has no links; everything else is in the report. */
async function opened(
  { telemetry }: AgentDeps,
  state: AnalysisState,
  conclusions: Parameters<typeof openEvidence>[1],
  signal: AbortSignal | undefined,
): ReturnType<typeof openEvidence> {
  try {
    return await openEvidence(await telemetry.handleOf(state), conclusions, signal);
  } catch (error) {
    if (error instanceof IncidentError) return new Map();
    throw error;
  }
}
