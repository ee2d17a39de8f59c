import { IncidentError } from "../../domain/errors.ts";
import type { RunbookDocument } from "../../domain/memory.ts";
import type { Problem } from "../../domain/ports.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { CAUSES, causeCard } from "../../rca/catalogue.ts";
import { planRemediation as plan } from "../../remediation/plan.ts";
import { type AlertRunbooks, alertRunbooks, pointedWords } from "../alert-runbooks.ts";
import { citedFindings, findBody, getBody, putBody } from "../bodies.ts";
import type { RunbookChoice } from "../bodies.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen, foldProblems } from "../gather.ts";
import { nearestRunbook } from "../nearest-runbook.ts";
import { indexRunbooks } from "../runbook-index.ts";
import { buildReport } from "../report/build.ts";
import { seenBy } from "../seen.ts";
import type { AnalysisState, NotChecked } from "../state.ts";
import { type Step, timed } from "../step.ts";

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
  const incident = asSeen(await getBody(store, analysisId, "incident"), state);
  const [ranking, topology] = [
    await getBody(store, analysisId, "ranking"),
    await getBody(store, analysisId, "topology"),
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
  const told = await alertRunbooks(
    (await findBody(store, analysisId, "alerts.runbooks")) ?? [],
    runbooks,
    deps.pages ?? null,
    signal,
  );
  const runbook = await withHint(deps, state, runbooks, told, planned.runbook);
  await store.putActions(planned.actions);
  await putBody(store, analysisId, "runbook", runbook);
  const notChecked = [...gaps, ...foldProblems("runbook", told.problems)];
  const report = buildReport({
    state: { ...state, notChecked: [...state.notChecked, ...notChecked] },
    incident,
    findings,
    topology,
    ranking,
    heard: {
      logs: await findBody(store, analysisId, "heard.logs"),
      metrics: await findBody(store, analysisId, "heard.metrics"),
      traces: await findBody(store, analysisId, "heard.traces"),
    },
    similar: (await findBody(store, analysisId, "similar")) ?? [],
    claims: await getBody(store, analysisId, "claims"),
    runbook,
    alertRunbooks: told.links,
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
  told: AlertRunbooks,
  planned: RunbookChoice,
): Promise<RunbookChoice> {
  const pointed = pointedWords(told.links);
  const shelf = {
    runbooks,
    pages: told.pages,
    isKept: (address: string) => source?.allowed(address) === address && !told.gone.includes(address),
  };
  const isDrafted = planned?.drafted === true;
  let nearest: RunbookDocument | null = null;
  try {
    if (memory !== null && isDrafted)
      nearest = await nearestRunbook(await seenBy(store, analysisId), shelf, memory, now());
    else if (memory !== null && told.pages.length + told.gone.length > 0) await indexRunbooks(shelf, memory, now());
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
export const planRemediation = (deps: AgentDeps): Step =>
  timed(deps, "plan-remediation", async (state, { signal }) => {
    const problems: Problem[] = [];
    const runbooks = await deps.runbooks.listRunbooks({ signal, onProblem: (problem) => problems.push(problem) });
    return planAndReport(deps, state, runbooks, foldProblems("runbooks", problems), signal);
  });

/** For when the runbooks cannot be read: the report says so, and a runbook is drafted. */
export const planWithoutRunbooks = (deps: AgentDeps) => (state: AnalysisState, why: string) =>
  planAndReport(deps, state, [], [{ source: "runbooks", kind: "failed", why }]);
