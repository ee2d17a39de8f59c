import type { Runbook } from "../../domain/runbook.ts";
import { CAUSES } from "../../rca/catalogue.ts";
import { planRemediation as plan } from "../../remediation/plan.ts";
import { citedFindings, findArtifact, getArtifact, putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen } from "../gather.ts";
import type { AnalysisState } from "../state.ts";
import { type NodeStep, timed } from "../step.ts";

/** Renders the change steps of the runbook for the first suspect. Where no runbook treats it, one is drafted. */
export const planRemediation = (deps: AgentDeps): NodeStep =>
  timed(deps, "plan-remediation", async (state) => {
    const { runbooks, hint } = await getArtifact(deps.store, state.analysisId, "runbooks.found");
    return planWith(deps, state, runbooks, hint);
  });

/** Runs when planning fails: drafts a runbook. */
export const planWithoutRunbooks = (deps: AgentDeps) => (state: AnalysisState) => planWith(deps, state, [], null);

async function planWith(deps: AgentDeps, state: AnalysisState, runbooks: readonly Runbook[], hint: string | null) {
  const { store } = deps;
  const { analysisId } = state;
  const ranking = await getArtifact(store, analysisId, "ranking");
  const { actions, runbook } = plan({
    analysisId,
    incident: asSeen(await getArtifact(store, analysisId, "incident"), state),
    ranking,
    findings: await citedFindings(store, analysisId, state.findings),
    topology: await getArtifact(store, analysisId, "topology"),
    delivery: await deliveryOfSuspect(deps, analysisId, ranking.hypotheses[0]?.entity.id),
    runbooks,
    causes: CAUSES,
    nowMs: deps.now(),
  });
  const isHinted = runbook?.drafted === true && hint !== null;
  await store.putActions(actions, deps.now());
  await putArtifact(store, analysisId, "runbook", isHinted ? { ...runbook, why: `${runbook.why}; ${hint}` } : runbook);
  const openActions = deps.review
    ? actions.map(({ id, scriptSha256, target, expiresAtMs }) => ({ id, scriptSha256, target, expiresAtMs }))
    : [];
  return { openActions };
}

async function deliveryOfSuspect({ store }: AgentDeps, analysisId: string, suspect: string | undefined) {
  const deliveries = await findArtifact(store, analysisId, "cluster.deliveries");
  return deliveries === null || suspect === undefined || !Object.hasOwn(deliveries, suspect)
    ? null
    : deliveries[suspect];
}
