import { type Agent, type AnalysisOutcome, decide, openAction, resume } from "../agent/analyse.ts";
import type { Action, Decision, RejectionReason } from "../domain/action.ts";
import { bindingOf, bindingSha256 } from "../domain/approval.ts";
import type { Approver } from "../domain/approver.ts";
import type { Policy } from "../domain/policy.ts";
import type { Execution } from "../domain/execution.ts";
import { IncidentError } from "../domain/errors.ts";
import { isoTime } from "../domain/time.ts";
import { type AuthorityRefusal, checkAuthority, type Proposer } from "../remediation/authority.ts";
import { decidePolicy, policyFacts } from "../remediation/policy.ts";
import { checkApproval } from "../remediation/approval.ts";
import { approvedScript } from "./approved-script.ts";
import { auditedApprovals, isAuditedDecision } from "./audited-approvals.ts";
import type { StartedExecution } from "./execute/parts.ts";
import { decisionAudit } from "./decision-audit.ts";

/**
 * `presentedSha256`: the hash of the script that the person read. If given, an approval of another script is refused.
 */
export type DecisionRequest = {
  actionId: string;
  decision: Decision["decision"];
  by: string;
  note: string | null;
  /** Why it is rejected. Ignored for an approval. */
  reason?: RejectionReason | undefined;
  presentedSha256?: string | undefined;
  /** Who decides, as the surface knows them. Absent: the name in `by`, at the command line. */
  approver?: Approver | undefined;
  /** Called at each state of an execution that the approval starts. */
  onState?: ((execution: Execution) => void) | undefined;
};
/**
 * `scriptPath`: the file with the approved script; null when the action was rejected. `exportNotes`: what lay in the
 * way of the export, as sentences for the person.
 */
export type Decided = {
  decision: Decision;
  action: Action;
  outcome: AnalysisOutcome;
  scriptPath: string | null;
  exportNotes: string[];
  /** How many more people must approve; nothing is decided before. */
  missing: number;
  /** Until when this approval is valid, Unix milliseconds; null if the action was rejected. */
  approvalEndsMs: number | null;
  /** The execution that the approval started, or why it started none. Absent if approvals start none. */
  execution?: StartedExecution;
  notExecuted?: IncidentError;
};
type Context = {
  agent: Agent;
  home: string;
  policy: Policy;
  /** Who asked for an analysis. */
  proposerOf(analysisId: string): Promise<Proposer>;
  now: () => number;
};

const AUTHORITY_HINTS: Readonly<Record<AuthorityRefusal, string>> = {
  forbidden: "Nothing was approved. `causeway policy check` explains the rule; after a freeze, approve it again.",
  no_role: "Ask somebody with the role. `people` in the policy says who has it.",
  anonymous: "Use a key (`causeway keys create`), the command line or Slack.",
  proposer: "Two other people must approve it.",
  same_person: "Another person must approve it too, within the time of the first approval.",
};

const decidedBefore = ({ actionId, decision, by, atMs, reason, note }: Decision): IncidentError =>
  reason === "replaced"
    ? new IncidentError("REJECTED", `${by} edited ${actionId} on ${isoTime(atMs)}, and another action took its place`, {
        hint: `Look at that one (${note ?? "see the plan"}).`,
      })
    : new IncidentError(
        "REJECTED",
        `${actionId} was ${decision} by ${by} on ${isoTime(atMs)}, and a decision is final`,
        {
          hint: "Analyze the incident again to get a new action.",
        },
      );

const notAudited = (actionId: string): IncidentError =>
  new IncidentError("REJECTED", `the stored approval of ${actionId} is not in the audit log`, {
    hint: "Somebody edited the store. Nothing was exported. Look at the log with `causeway audit verify`.",
  });

/**
 * Decides an action, from any process. Approving exports the script that the person saw; nothing is run. Script, report
 * and the open action of the checkpoint must agree. If a process died after it recorded a decision, the next call
 * completes that first. The audit log gets a line for the decision, for the export, and for a refused attempt.
 *
 * @throws {IncidentError} NOT_FOUND on an unknown action; REJECTED when script, target or expiry no longer match the
 *   report, or when it was decided before.
 */
export async function decideAction(
  { agent, home, policy, proposerOf, now }: Context,
  {
    actionId,
    decision,
    by,
    note,
    reason,
    presentedSha256,
    approver = { surface: "cli", id: by, name: by },
  }: DecisionRequest,
): Promise<Decided> {
  const { store } = agent.deps;
  const action = await store.getAction(actionId);
  const { analysisId, scriptSha256 } = action;
  const script = approvedScript(home, action);
  const why = decision === "rejected" && reason !== undefined ? { reason } : {};
  const mine: Decision = { actionId, decision, by, ...why, note, atMs: now(), scriptSha256 };
  const audit = decisionAudit(agent.deps, action, mine);
  const isMine = (recorded: Decision): boolean =>
    recorded.atMs === mine.atMs && recorded.by === by && recorded.decision === decision;

  /** Exports the script of a recorded approval. */
  async function settle(recorded: Decision | null) {
    if (recorded?.decision === "approved" && !(await isAuditedDecision(store, recorded)))
      throw await audit.refused("decision_differs", notAudited(actionId));
    const exported = await script.settle(recorded);
    if (exported !== null && recorded !== null) await audit.exported(exported.path, recorded);
    return exported;
  }
  const refuseSecond = (recorded: Decision): Promise<IncidentError> =>
    audit.refused("decided_before", decidedBefore(recorded));

  const earlier = await store.getDecision(actionId);
  if (earlier) {
    await settle(earlier);
    await resume(agent, analysisId);
    throw await refuseSecond(earlier);
  }
  let approvalEndsMs: number | null = null;
  try {
    if (decision === "approved") {
      const proposed = await openAction(agent, analysisId, actionId);
      const report = await store.getReport(analysisId);
      const check = checkApproval({
        action,
        report,
        proposed,
        nowMs: mine.atMs,
        presentedSha256,
      });
      if (!check.ok) {
        const hint = `Nothing was approved. Analyze ${action.incidentId} again, and read the new script.`;
        const error = new IncidentError("REJECTED", `${actionId} cannot be approved: ${check.why}`, { hint });
        throw await audit.refused(check.reason, error);
      }
      const requirement = decidePolicy(policyFacts(action, report.system, policy), policy, mine.atMs);
      const binding = bindingOf(action);
      const given = (await auditedApprovals(store, await store.listApprovals(actionId))).filter(
        (one) => mine.atMs < one.expiresAtMs && bindingSha256(one.binding) === bindingSha256(binding),
      );
      const proposer = await proposerOf(analysisId);
      const authority = checkAuthority({
        requirement,
        people: policy.people,
        approver,
        proposer,
        editor: action.edited?.by,
        requester: action.proposedBy,
        given,
      });
      if (!authority.ok) {
        const error = new IncidentError("REJECTED", `${actionId} cannot be approved: ${authority.why}`, {
          hint: AUTHORITY_HINTS[authority.reason],
        });
        throw await audit.refused(authority.reason, error);
      }
      if (authority.missing === 0) await script.stage();
      const expiresAtMs = mine.atMs + policy.approval.expiresMinutes * 60_000;
      const { mode, rule } = requirement;
      await store.recordApproval({ actionId, approver, binding, mode, rule, atMs: mine.atMs, expiresAtMs });
      approvalEndsMs = expiresAtMs;
      if (authority.missing > 0)
        return {
          decision: mine,
          action,
          outcome: { analysisId, status: "waiting_for_review", report },
          scriptPath: null,
          exportNotes: [],
          missing: authority.missing,
          approvalEndsMs,
        };
    }
    const outcome = await decide(agent, analysisId, mine);
    const recorded = await store.getDecision(actionId);
    if (recorded === null || !isMine(recorded)) throw await refuseSecond(recorded ?? mine);
    const exported = await settle(recorded);
    const { path: scriptPath = null, notes: exportNotes = [] } = exported ?? {};
    return { decision: mine, action, outcome, scriptPath, exportNotes, missing: 0, approvalEndsMs };
  } catch (error) {
    const recorded = await store.getDecision(actionId); // by a process that died before it could answer, perhaps
    await settle(recorded);
    throw recorded === null || isMine(recorded) ? error : decidedBefore(recorded);
  }
}
