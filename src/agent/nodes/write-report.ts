import { causeCard } from "../../rca/catalogue.ts";
import { citedFindings, findArtifact, getArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen } from "../gather.ts";
import { buildReport } from "../report/build.ts";
import { type NodeStep, timed } from "../step.ts";

/** Writes the report from all stored results, before a person is asked to decide. */
export const writeReport = (deps: AgentDeps): NodeStep =>
  timed(deps, "write-report", async (state) => {
    const { store } = deps;
    const { analysisId, startedAtMs, observedFromMs, coverage, timings, droppedClaims, use, model, openActions } =
      state;
    const report = buildReport({
      state: { analysisId, startedAtMs, observedFromMs, coverage, timings, droppedClaims, use, model },
      incident: asSeen(await getArtifact(store, analysisId, "incident"), state),
      findings: await citedFindings(store, analysisId, state.findings),
      topology: await getArtifact(store, analysisId, "topology"),
      ranking: await getArtifact(store, analysisId, "ranking"),
      covered: {
        logs: await findArtifact(store, analysisId, "coverage.logs"),
        metrics: await findArtifact(store, analysisId, "coverage.metrics"),
        traces: await findArtifact(store, analysisId, "coverage.traces"),
      },
      similar: (await findArtifact(store, analysisId, "similar")) ?? [],
      claims: await getArtifact(store, analysisId, "claims"),
      runbook: await findArtifact(store, analysisId, "runbook"),
      alertRunbooks: (await findArtifact(store, analysisId, "runbooks.linked")) ?? [],
      actions: await store.listActions(analysisId),
      owners: deps.owners,
      cardOf: causeCard,
      versions: deps.versions,
      nowMs: deps.now(),
    });
    await store.putReport(report);
    if (openActions.length > 0) await store.setStatus(analysisId, "waiting_for_review");
    return {};
  });
