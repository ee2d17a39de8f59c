import { IncidentError } from "../../domain/errors.ts";
import type { Problem } from "../../domain/ports.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { CAUSES, causeCard } from "../../rca/catalogue.ts";
import { planRemediation as plan } from "../../remediation/plan.ts";
import { citedFindings, findBody, getBody, putBody } from "../bodies.ts";
import type { RunbookChoice } from "../bodies.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen, foldProblems } from "../gather.ts";
import { nearestRunbook } from "../nearest-runbook.ts";
import { buildReport } from "../report/build.ts";
import { seenBy } from "../seen.ts";
import type { AnalysisState, NotChecked } from "../state.ts";
import { type Step, timed } from "../step.ts";

/** Plans, and puts the whole report on record before anybody is asked: there is always a report. */
async function planAndReport(deps: AgentDeps, state: AnalysisState, runbooks: readonly Runbook[], gaps: readonly NotChecked[]) {
  const { store } = deps;
  const { analysisId } = state;
  const incident = asSeen(await getBody(store, analysisId, "incident"), state);
  const [ranking, topology] = [await getBody(store, analysisId, "ranking"), await getBody(store, analysisId, "topology")];
  const findings = await citedFindings(store, analysisId, state.findings);
  const planned = plan({ analysisId, incident, ranking, findings, runbooks, causes: CAUSES, topology, nowMs: deps.now() });
  const runbook = await withNearest(deps, state, runbooks, planned.runbook);
  await store.putActions(planned.actions);
  await putBody(store, analysisId, "runbook", runbook);
  const report = buildReport({
    state: { ...state, notChecked: [...state.notChecked, ...gaps] },
    incident, findings, topology, ranking,
    heard: { logs: await findBody(store, analysisId, "heard.logs"), metrics: await findBody(store, analysisId, "heard.metrics"), traces: await findBody(store, analysisId, "heard.traces") },
    similar: (await findBody(store, analysisId, "similar")) ?? [],
    claims: await getBody(store, analysisId, "claims"),
    runbook, actions: planned.actions, owners: deps.owners, cardOf: causeCard, versions: deps.versions, nowMs: deps.now(),
  });
  await store.putReport(report);
  const openActions = deps.review ? planned.actions.map(({ id, scriptSha256, target, expiresAtMs }) => ({ id, scriptSha256, target, expiresAtMs })) : [];
  if (openActions.length > 0) await store.setStatus(analysisId, "waiting_for_review");
  return { openActions, notChecked: [...gaps] };
}

/** Where none treats the cause, names the one whose words are nearest. A memory that cannot be asked has said so when it was asked for incidents. */
async function withNearest({ memory, store, now }: AgentDeps, { analysisId }: AnalysisState, runbooks: readonly Runbook[], planned: RunbookChoice): Promise<RunbookChoice> {
  if (memory === null || planned === null || !planned.drafted) return planned;
  try {
    const nearest = await nearestRunbook(await seenBy(store, analysisId), runbooks, memory, now());
    return nearest === null ? planned : { ...planned, why: `${planned.why}; by its words ${nearest.name} is nearest: read it, it is not made for this` };
  } catch (error) {
    if (error instanceof IncidentError) return planned;
    throw error;
  }
}

/** Matches runbooks to the diagnosis and renders their change steps; where none fits, one is drafted. */
export const planRemediation = (deps: AgentDeps): Step =>
  timed(deps, "plan-remediation", async (state, { signal }) => {
    const problems: Problem[] = [];
    const runbooks = await deps.runbooks.listRunbooks({ signal, onProblem: (problem) => problems.push(problem) });
    return planAndReport(deps, state, runbooks, foldProblems("runbooks", problems));
  });

/** For when the runbooks cannot be read: the report says so, and a runbook is drafted. */
export const planWithoutRunbooks = (deps: AgentDeps) => (state: AnalysisState, why: string) =>
  planAndReport(deps, state, [], [{ source: "runbooks", kind: "failed", why }]);
