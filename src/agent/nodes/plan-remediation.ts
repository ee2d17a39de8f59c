import type { Action } from "../../domain/action.ts";
import { bindingOf, bindingSha256 } from "../../domain/approval.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { CAUSES } from "../../rca/catalogue.ts";
import { type PastFix, planRemediation as plan } from "../../remediation/plan.ts";
import { decidePolicy, policyFacts, policySentence } from "../../remediation/policy.ts";
import { citedFindings, findArtifact, getArtifact, putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { measuredFaultOf } from "../measured-fault.ts";
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
  const incident = asSeen(await getArtifact(store, analysisId, "incident"), state);
  const findings = await citedFindings(store, analysisId, state.findings);
  const suspect = ranking.hypotheses[0]?.entity.id;
  const isSure = ranking.verdict === "root_cause";
  const { actions: planned, runbook } = plan({
    analysisId,
    incident,
    ranking,
    findings,
    measuredFault: isSure ? await measuredFaultOf(deps, state, findings) : undefined,
    topology: await getArtifact(store, analysisId, "topology"),
    delivery: ofSuspect(await findArtifact(store, analysisId, "cluster.deliveries"), suspect),
    workload: ofSuspect(await findArtifact(store, analysisId, "cluster.workloads"), suspect),
    runbooks,
    causes: CAUSES,
    past: await pastFixes(deps, analysisId),
    nowMs: deps.now(),
  });
  const actions = planned.map((action) => withRequirement(action, incident.system, deps));
  const isHinted = runbook?.drafted === true && hint !== null;
  await store.putActions(actions, deps.now());
  await putArtifact(store, analysisId, "runbook", isHinted ? { ...runbook, why: `${runbook.why}; ${hint}` } : runbook);
  const openActions = deps.review
    ? actions.map((action) => ({
        id: action.id,
        scriptSha256: action.scriptSha256,
        target: action.target,
        expiresAtMs: action.expiresAtMs,
        bindingSha256: bindingSha256(bindingOf(action)),
      }))
    : [];
  return { openActions };
}

/** What an artifact holds of the suspect; null if nothing. */
const ofSuspect = <T>(byEntity: Readonly<Record<string, T>> | null, suspect: string | undefined): T | null =>
  byEntity === null || suspect === undefined || !Object.hasOwn(byEntity, suspect) ? null : (byEntity[suspect] ?? null);

/** Fixes of the recalled incidents: of one incident the latest first. */
async function pastFixes({ store }: AgentDeps, analysisId: string): Promise<PastFix[]> {
  const similar = await findArtifact(store, analysisId, "similar");
  return (similar ?? []).flatMap(({ incidentId, tried = [] }) =>
    tried.toReversed().map(({ runbook, step, result }) => ({ incidentId, runbook, step, result })),
  );
}

/** Adds what the policy demands now. */
function withRequirement(action: Action, system: string | null, { policy, now }: AgentDeps): Action {
  if (policy === undefined) return action;
  const decision = decidePolicy(policyFacts(action, system, policy), policy, now());
  return { ...action, requirement: { mode: decision.mode, sentence: policySentence(decision) } };
}
