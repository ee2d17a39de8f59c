import { type Agent, type AnalysisOutcome, decide, openAction } from "../agent/analyse.ts";
import { citedFindings, getArtifact } from "../agent/artifacts.ts";
import { reportedActions } from "../agent/report/reported-actions.ts";
import type { Action } from "../domain/action.ts";
import { bindingOf, bindingSha256 } from "../domain/approval.ts";
import type { Approver } from "../domain/approver.ts";
import { editEntry } from "../domain/audit-entries.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Policy } from "../domain/policy.ts";
import type { RunbookStep } from "../domain/runbook.ts";
import { type ActionEdit, editAction } from "../remediation/edit-action.ts";
import { decidePolicy, policyFacts, policySentence } from "../remediation/policy.ts";
import { symptomCheckOf } from "../remediation/symptom-check.ts";

/** `presentedSha256`: the hash of the script that the person read. If given, an edit of another script is refused. */
export type EditRequest = ActionEdit & { actionId: string; by: Approver; presentedSha256?: string | undefined };
export type EditedAction = { action: Action; replaced: string; outcome: AnalysisOutcome };

/**
 * Replaces an open action by one with a person's values or commands. The new action has a new id and a new hash and
 * waits for its own approval; the old one is closed. Where two people must approve, the editor is not one of them.
 *
 * @throws {IncidentError} NOT_FOUND; BAD_INPUT if the edit cannot be rendered; REJECTED when the action is not open.
 */
export async function editOpenAction(
  { agent, policy, now }: { agent: Agent; policy: Policy; now: () => number },
  { actionId, by, presentedSha256, ...edit }: EditRequest,
): Promise<EditedAction> {
  const { store } = agent.deps;
  const action = await store.getAction(actionId);
  const { analysisId } = action;
  const open = await openAction(agent, analysisId, actionId);
  if ([open.scriptSha256, presentedSha256 ?? open.scriptSha256].some((hash) => hash !== action.scriptSha256))
    throw new IncidentError("REJECTED", `${actionId} cannot be edited: its script is not the one that was read`, {
      hint: `Read it again: causeway show ${analysisId}`,
    });
  const all = await store.listActions(analysisId);
  const { hypotheses } = await getArtifact(store, analysisId, "ranking");
  const findings = await citedFindings(store, analysisId, await getArtifact(store, analysisId, "findings"));
  const edited = editAction({
    action,
    step: await stepOf(agent, action),
    edit,
    by,
    id: `${analysisId}-a${all.length + 1}`,
    symptom: hypotheses[0] && symptomCheckOf(hypotheses[0], findings),
    nowMs: now(),
  });
  if (!edited.ok)
    throw new IncidentError("BAD_INPUT", `${actionId} cannot be edited: ${edited.why}`, {
      hint: "Nothing was changed. `causeway show --plan skill` prints the commands; runbooks/README.md describes them.",
    });
  const report = await store.getReport(analysisId);
  const requirement = decidePolicy(policyFacts(edited.action, report.system, policy), policy, now());
  const next: Action = {
    ...edited.action,
    requirement: { mode: requirement.mode, sentence: policySentence(requirement) },
  };
  await store.putActions([...all, next], now());
  await store.recordAudit([editEntry(next, action)]);
  await store.putReport({ ...report, actions: [...report.actions, ...reportedActions([next])] });
  const replacement = {
    id: next.id,
    scriptSha256: next.scriptSha256,
    target: next.target,
    expiresAtMs: next.expiresAtMs,
    bindingSha256: bindingSha256(bindingOf(next)),
  };
  const outcome = await decide(agent, analysisId, {
    actionId,
    decision: "rejected",
    by: by.name,
    atMs: now(),
    reason: "replaced",
    note: `edited: replaced by ${next.id}`,
    scriptSha256: action.scriptSha256,
    replacement,
  });
  return { action: next, replaced: actionId, outcome };
}

/** The step that an action was rendered from: of its last edit, else of its runbook. */
async function stepOf({ deps: { store } }: Agent, action: Action): Promise<RunbookStep> {
  if (action.edited !== undefined) return action.edited.step;
  const { runbooks } = await getArtifact(store, action.analysisId, "runbooks.found");
  const step = runbooks.find(({ slug }) => slug === action.runbook)?.steps.find(({ id }) => id === action.step);
  if (step !== undefined) return step;
  if (action.kind === "silence" && action.proposedBy !== undefined)
    throw new IncidentError(
      "REJECTED",
      `${action.id} cannot be edited: a silence is for exactly the alerts that fire`,
      {
        hint: `Reject it, and propose another: causeway silence ${action.analysisId} --for 30m`,
      },
    );
  throw new IncidentError("REJECTED", `${action.id} cannot be edited: its runbook step is not on record`, {
    hint: "Analyze the incident again.",
  });
}
