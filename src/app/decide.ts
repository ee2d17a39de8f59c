import { type Agent, type AnalysisOutcome, decide, openAction, resume } from "../agent/analyse.ts";
import type { Action, Decision } from "../domain/action.ts";
import { IncidentError } from "../domain/errors.ts";
import { isoTime } from "../domain/time.ts";
import { checkApproval } from "../remediation/approval.ts";
import { approvedScript } from "./approved-script.ts";
import { decisionAudit } from "./decision-audit.ts";

/**
 * `presentedSha256`: the hash of the script that the person read. If given, an approval of another script is refused.
 */
export type DecisionRequest = {
  actionId: string;
  decision: Decision["decision"];
  by: string;
  note: string | null;
  presentedSha256?: string | undefined;
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
};
type Context = { agent: Agent; home: string; now: () => number };

const decidedBefore = ({ actionId, decision, by, atMs }: Decision): IncidentError =>
  new IncidentError("REJECTED", `${actionId} was ${decision} by ${by} on ${isoTime(atMs)}, and a decision is final`, {
    hint: "Analyze the incident again to get a new action.",
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
  { agent, home, now }: Context,
  { actionId, decision, by, note, presentedSha256 }: DecisionRequest,
): Promise<Decided> {
  const { store } = agent.deps;
  const action = await store.getAction(actionId);
  const { analysisId, scriptSha256 } = action;
  const script = approvedScript(home, action);
  const mine: Decision = { actionId, decision, by, note, atMs: now(), scriptSha256 };
  const audit = decisionAudit(agent.deps, action, mine);
  const isMine = (recorded: Decision): boolean =>
    recorded.atMs === mine.atMs && recorded.by === by && recorded.decision === decision;

  /** Exports the script of a recorded approval. */
  async function settle(recorded: Decision | null) {
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
  try {
    if (decision === "approved") {
      const proposed = await openAction(agent, analysisId, actionId);
      const check = checkApproval({
        action,
        report: await store.getReport(analysisId),
        proposed,
        nowMs: mine.atMs,
        presentedSha256,
      });
      if (!check.ok) {
        const hint = `Nothing was approved. Analyze ${action.incidentId} again, and read the new script.`;
        const error = new IncidentError("REJECTED", `${actionId} cannot be approved: ${check.why}`, { hint });
        throw await audit.refused(check.reason, error);
      }
      await script.stage();
    }
    const outcome = await decide(agent, analysisId, mine);
    const recorded = await store.getDecision(actionId);
    if (recorded === null || !isMine(recorded)) throw await refuseSecond(recorded ?? mine);
    const exported = await settle(recorded);
    return { decision: mine, action, outcome, scriptPath: exported?.path ?? null, exportNotes: exported?.notes ?? [] };
  } catch (error) {
    const recorded = await store.getDecision(actionId); // by a process that died before it could answer, perhaps
    await settle(recorded);
    throw recorded === null || isMine(recorded) ? error : decidedBefore(recorded);
  }
}
