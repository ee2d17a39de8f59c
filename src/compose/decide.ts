import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decide, openAction, type Outcome } from "../agent/analyse.ts";
import type { Action, Decision } from "../domain/action.ts";
import { IncidentError } from "../domain/errors.ts";
import { isoTime } from "../domain/time.ts";
import { checkApproval } from "../remediation/approval.ts";
import { exportScript } from "../remediation/export.ts";
import type { Machine } from "./machine.ts";

/** `presentedSha256`: the hash of the script that the person read, if they name it; an approval of any other is refused. */
export type DecisionRequest = { actionId: string; decision: Decision["decision"]; by: string; note: string | null; presentedSha256?: string | undefined };
/** `scriptPath`: where the approved script lies; null when it was rejected. */
export type Decided = { decision: Decision; action: Action; outcome: Outcome; scriptPath: string | null };
type Context = { machine: Machine; home: string; now: () => number };

const decidedBefore = ({ actionId, decision, by, atMs }: Decision): IncidentError =>
  new IncidentError("REJECTED", `${actionId} was ${decision} by ${by} on ${isoTime(atMs)}; a decision is made once`, {
    hint: "Analyse the incident again to get an action that is open.",
  });

const approvedPath = (home: string, action: Action): string => join(home, "approved", exportScript(action).fileName);

/** Writes exactly the bytes that were approved, for their owner alone to read and run. */
async function writeApproved(home: string, action: Action): Promise<string> {
  const { content, mode } = exportScript(action);
  const path = approvedPath(home, action);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rm(path, { force: true }); // left by a process that died before it recorded the decision
    await writeFile(path, content, { mode, flag: "wx" });
  } catch (cause) {
    throw new IncidentError("CONFIG", `the approved script could not be written to ${path}`, { hint: "Make room, or set CAUSEWAY_HOME elsewhere. Nothing was decided.", cause });
  }
  return path;
}

/**
 * Decides an action, from any process. Approving exports the script that the person saw; nothing is run. Script, report and the question
 * itself, which the checkpoint holds, must agree.
 *
 * @throws {IncidentError} NOT_FOUND on an unknown action; REJECTED when script, target or expiry no longer match the report,
 *   or when it was decided before.
 */
export async function decideAction({ machine, home, now }: Context, { actionId, decision, by, note, presentedSha256 }: DecisionRequest): Promise<Decided> {
  const { store } = machine.deps;
  const action = await store.getAction(actionId);
  const earlier = await store.getDecision(actionId);
  if (earlier) throw decidedBefore(earlier);
  const report = await store.getReport(action.analysisId);
  const mine: Decision = { actionId, decision, by, note, atMs: now(), scriptSha256: action.scriptSha256 };
  if (decision === "approved") {
    const asked = await openAction(machine, action.analysisId, actionId).catch(async (error: unknown) => {
      const recorded = await store.getDecision(actionId); // perhaps by a process that died before it could say so
      throw recorded === null ? error : decidedBefore(recorded);
    });
    const check = checkApproval({ action, report, asked, nowMs: mine.atMs, presentedSha256 });
    if (!check.ok) {
      const hint = `Nothing was approved. Analyse ${action.incidentId} again, and read the new script.`;
      throw new IncidentError("REJECTED", `${actionId} cannot be approved: ${check.why}`, { hint });
    }
  }
  const scriptPath = decision === "approved" ? await writeApproved(home, action) : null;
  try {
    const outcome = await decide(machine, action.analysisId, mine);
    const recorded = await store.getDecision(actionId);
    if (recorded === null || recorded.atMs !== mine.atMs || recorded.by !== by || recorded.decision !== decision) throw decidedBefore(recorded ?? mine);
    if (decision === "rejected") await rm(approvedPath(home, action), { force: true }).catch(() => undefined); // left as above: what was rejected must not look approved
    return { decision: mine, action, outcome, scriptPath };
  } catch (error) {
    const recorded = await store.getDecision(actionId);
    if (scriptPath !== null && recorded?.decision !== "approved") await rm(scriptPath, { force: true });
    throw recorded === null ? error : decidedBefore(recorded);
  }
}
