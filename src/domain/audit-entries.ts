import type { Action, ActionResult, Decision } from "./action.ts";
import { type Approval, bindingSha256 } from "./approval.ts";
import type { AuditEntry, AuditKind, AuditLine } from "./audit.ts";
import type { Execution } from "./execution.ts";
import { isoTime } from "./time.ts";

/** Who the log names for what Causeway does by itself. */
export const AUDIT_PROGRAM = "causeway";

export const subjectOf = ({
  id,
  analysisId,
  incidentId,
}: Pick<Action, "id" | "analysisId" | "incidentId">): AuditLine["subject"] => ({
  incidentId,
  analysisId,
  actionId: id,
});

/** An analysis proposed an action, or a person did. */
export const proposalEntry = (action: Action, atMs: number): AuditEntry => ({
  atMs,
  kind: "proposal",
  actor: action.proposedBy?.name ?? AUDIT_PROGRAM,
  subject: subjectOf(action),
  payload: {
    title: action.title,
    runbook: action.runbook,
    step: action.step,
    target: { kind: action.target.kind, id: action.target.id },
    risk: action.risk,
    scriptSha256: action.scriptSha256,
    expires: isoTime(action.expiresAtMs),
    evidenceIds: [...action.evidenceIds],
  },
});

/** A person edited an action; `next` takes its place. */
export const editEntry = (next: Action, before: Action): AuditEntry => ({
  atMs: next.edited?.atMs ?? 0,
  kind: "edit",
  actor: next.edited?.by.name ?? AUDIT_PROGRAM,
  subject: subjectOf(next),
  payload: {
    replaces: before.id,
    scriptSha256Before: before.scriptSha256,
    scriptSha256: next.scriptSha256,
    parameters: Object.fromEntries(
      next.parameters.flatMap(({ name, value }) =>
        before.parameters.some((one) => one.name === name && one.value === value) ? [] : [[name, value]],
      ),
    ),
  },
});

/** A person decided. `action`: null if the store does not hold it any more. */
export const decisionEntry = (
  { actionId, decision, by, atMs, note, reason, scriptSha256 }: Decision,
  action: Action | null,
): AuditEntry => ({
  atMs,
  kind: decision === "approved" ? "decision" : "rejection",
  actor: by,
  subject: action === null ? { incidentId: null, analysisId: null, actionId } : subjectOf(action),
  payload: { scriptSha256, note, ...(reason === undefined ? {} : { reason }) },
});

/** A person approved; the policy may demand another one. */
export const approvalEntry = (
  { actionId, approver, binding, mode, rule, atMs, expiresAtMs }: Approval,
  action: Action | null,
): AuditEntry => ({
  atMs,
  kind: "approval",
  actor: approver.name,
  subject: action === null ? { incidentId: null, analysisId: null, actionId } : subjectOf(action),
  payload: {
    surface: approver.surface,
    approverId: approver.id,
    mode,
    rule,
    expires: isoTime(expiresAtMs),
    scriptSha256: binding.script,
    bindingSha256: bindingSha256(binding),
  },
});

/** An attempt that was refused, or that came too late. `reason`: a short word for programs. `why`: a sentence. */
export const refusalEntry = (
  action: Action,
  {
    kind,
    actor,
    atMs,
    reason,
    why,
  }: Pick<AuditEntry, "actor" | "atMs"> & {
    kind: Extract<AuditKind, "refusal" | "expiry">;
    reason: string;
    why: string;
  },
): AuditEntry => ({ atMs, kind, actor, subject: subjectOf(action), payload: { reason, why } });

/** The effect of an action became known: Causeway measured it, or a person reported it. */
export const effectEntry = ({ effect, source, by, atMs, note }: ActionResult, action: Action): AuditEntry => ({
  atMs,
  kind: "result",
  actor: by,
  subject: subjectOf(action),
  payload: { effect, source, note, scriptSha256: action.scriptSha256 },
});

/** The approved script was written to a file. */
export const exportEntry = (
  action: Action,
  { actor, atMs, path, scriptSha256 }: Pick<AuditEntry, "actor" | "atMs"> & { path: string; scriptSha256: string },
): AuditEntry => ({ atMs, kind: "export", actor, subject: subjectOf(action), payload: { path, scriptSha256 } });

const subjectOfRun = ({ actionId, analysisId, incidentId }: Execution): AuditLine["subject"] => ({
  incidentId,
  analysisId,
  actionId,
});

/** A worker begins to execute an approved action. */
export const executionEntry = (execution: Execution): AuditEntry => ({
  atMs: execution.startedAtMs,
  kind: "execution",
  actor: execution.by.name,
  subject: subjectOfRun(execution),
  payload: {
    executionId: execution.id,
    executor: execution.executor.kind,
    context: execution.executor.context,
    scriptSha256: execution.scriptSha256,
    bindingSha256: execution.bindingSha256,
  },
});

/** The worker begins to undo what it changed. */
export const rollbackEntry = (execution: Execution): AuditEntry => ({
  atMs: execution.runs.at(-1)?.endedAtMs ?? execution.startedAtMs,
  kind: "execution",
  actor: AUDIT_PROGRAM,
  subject: subjectOfRun(execution),
  payload: { executionId: execution.id, part: "rollback", why: execution.why },
});

/** An execution ended, or nobody knows how far it came. */
export const resultEntry = (execution: Execution): AuditEntry => ({
  atMs: execution.endedAtMs ?? execution.startedAtMs,
  kind: "result",
  actor: AUDIT_PROGRAM,
  subject: subjectOfRun(execution),
  payload: {
    executionId: execution.id,
    state: execution.state,
    changed: execution.changed,
    refusal: execution.refusal,
    why: execution.why,
    runs: execution.runs.map(({ part, ended, exitCode }) => ({ part, ended, exitCode })),
    symptom: execution.symptom.after?.state ?? null,
  },
});
