import { IncidentError } from "../../domain/errors.ts";
import type { RunbookDocument } from "../../domain/memory.ts";
import type { Problem } from "../../domain/ports.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { CAUSES, causeCard } from "../../rca/catalogue.ts";
import { planRemediation as plan } from "../../remediation/plan.ts";
import { type AlertRunbooks, alertRunbooks, pointedWords } from "../alert-runbooks.ts";
import { citedFindings, findArtifact, getArtifact, putArtifact } from "../artifacts.ts";
import type { RunbookChoice } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen, foldProblems } from "../gather.ts";
import { nearestRunbook } from "../nearest-runbook.ts";
import { indexRunbooks } from "../runbook-index.ts";
import { buildReport } from "../report/build.ts";
import { seenBy } from "../seen.ts";
import type { AnalysisState, NotChecked } from "../state.ts";
import { type NodeStep, timed } from "../step.ts";

/** Plans, and puts the whole report on record before anybody is asked: there is always a report. */
async function planAndReport(
  deps: AgentDeps,
  state: AnalysisState,
  runbooks: readonly Runbook[],
  gaps: readonly NotChecked[],
  signal?: AbortSignal,
) {
  const { store } = deps;
  const { analysisId } = state;
  const incident = asSeen(await getArtifact(store, analysisId, "incident"), state);
  const [ranking, topology] = [
    await getArtifact(store, analysisId, "ranking"),
    await getArtifact(store, analysisId, "topology"),
  ];
  const findings = await citedFindings(store, analysisId, state.findings);
  const planned = plan({
    analysisId,
    incident,
    ranking,
    findings,
    runbooks,
    causes: CAUSES,
    topology,
    nowMs: deps.now(),
  });
  const linked = await alertRunbooks(
    (await findArtifact(store, analysisId, "alerts.runbooks")) ?? [],
    runbooks,
    deps.pages ?? null,
    signal,
  );
  const runbook = await withHint(deps, state, runbooks, linked, planned.runbook);
  await store.putActions(planned.actions);
  await putArtifact(store, analysisId, "runbook", runbook);
  const notChecked = [...gaps, ...foldProblems("runbook", linked.problems)];
  const report = buildReport({
    state: { ...state, notChecked: [...state.notChecked, ...notChecked] },
    incident,
    findings,
    topology,
    ranking,
    coverage: {
      logs: await findArtifact(store, analysisId, "coverage.logs"),
      metrics: await findArtifact(store, analysisId, "coverage.metrics"),
      traces: await findArtifact(store, analysisId, "coverage.traces"),
    },
    similar: (await findArtifact(store, analysisId, "similar")) ?? [],
    claims: await getArtifact(store, analysisId, "claims"),
    runbook,
    alertRunbooks: linked.links,
    actions: planned.actions,
    owners: deps.owners,
    cardOf: causeCard,
    versions: deps.versions,
    nowMs: deps.now(),
  });
  await store.putReport(report);
  const openActions = deps.review
    ? planned.actions.map(({ id, scriptSha256, target, expiresAtMs }) => ({ id, scriptSha256, target, expiresAtMs }))
    : [];
  if (openActions.length > 0) await store.setStatus(analysisId, "waiting_for_review");
  return { openActions, notChecked };
}

/**
 * Where no runbook treats the cause, names the one to read: what the alerts point to, else the one whose words are nearest. What was read of pages is indexed
 * for later in any case. A memory that cannot be asked has said so when it was asked for incidents.
 */
async function withHint(
  { memory, store, pages: source, now }: AgentDeps,
  { analysisId }: AnalysisState,
  runbooks: readonly Runbook[],
  linked: AlertRunbooks,
  planned: RunbookChoice,
): Promise<RunbookChoice> {
  const pointed = pointedWords(linked.links);
  const shelf = {
    runbooks,
    pages: linked.pages,
    isKept: (address: string) => source?.allowed(address) === address && !linked.gone.includes(address),
  };
  const isDrafted = planned?.drafted === true;
  let nearest: RunbookDocument | null = null;
  try {
    if (memory !== null && isDrafted)
      nearest = await nearestRunbook(await seenBy(store, analysisId), shelf, memory, now());
    else if (memory !== null && linked.pages.length + linked.gone.length > 0) await indexRunbooks(shelf, memory, now());
  } catch (error) {
    if (!(error instanceof IncidentError)) throw error;
  }
  const hint =
    pointed ??
    (nearest === null ? null : `by its words ${nameOf(nearest)} is nearest: read it, it is not made for this`);
  return planned === null || !isDrafted || hint === null ? planned : { ...planned, why: `${planned.why}; ${hint}` };
}

/** A runbook of a folder by its name, a page also by where it lies. */
const nameOf = ({ title, source }: RunbookDocument): string =>
  /^https?:/.test(source) ? `"${title}", ${source},` : title;

/** Matches runbooks to the diagnosis and renders their change steps; where none fits, one is drafted. */
export const planRemediation = (deps: AgentDeps): NodeStep =>
  timed(deps, "plan-remediation", async (state, { signal }) => {
    const problems: Problem[] = [];
    const runbooks = await deps.runbooks.listRunbooks({ signal, onProblem: (problem) => problems.push(problem) });
    return planAndReport(deps, state, runbooks, foldProblems("runbooks", problems), signal);
  });

/** For when the runbooks cannot be read: the report says so, and a runbook is drafted. */
export const planWithoutRunbooks = (deps: AgentDeps) => (state: AnalysisState, why: string) =>
  planAndReport(deps, state, [], [{ source: "runbooks", kind: "failed", why }]);
