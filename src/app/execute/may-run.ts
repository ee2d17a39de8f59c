import type { Action } from "../../domain/action.ts";
import type { Executor } from "../../domain/executor.ts";
import { FIXED_PART } from "../../remediation/fixed-part.ts";
import { checkRun, type RunCheck } from "../../remediation/run-check.ts";
import { sha256Of } from "../../remediation/script.ts";
import { auditedApprovals, isAuditedDecision } from "../audited-approvals.ts";
import type { ExecutionParts } from "./parts.ts";

/**
 * Checks whether an action may run now: its decision, its approvals, today's policy, today's rights, and the cluster.
 *
 * @param executor null before it is opened: its context is not compared then.
 * @param observed what the cluster shows; null before it was read: the rest is checked then.
 */
export async function mayRun(
  { store, policy, proposerOf, isStillAllowed, now }: ExecutionParts,
  action: Action,
  executor: Pick<Executor, "context"> | null,
  observed: Readonly<Record<string, string>> | null,
): Promise<RunCheck> {
  const decision = await store.getDecision(action.id);
  if (decision?.decision !== "approved")
    return refuse("not_approved", decision === null ? "nobody approved it" : `${decision.by} rejected it`);
  if (sha256Of(action.script) !== decision.scriptSha256)
    return refuse("changed", "the stored script is not the approved one");
  if (!action.script.includes(FIXED_PART.sha256))
    return refuse("changed", "its fixed part is of another version of Causeway");
  if (!(await isAuditedDecision(store, decision)))
    return refuse("changed", "the stored approval is not the one in the audit log");
  const stored = await store.listApprovals(action.id);
  const approvals = await auditedApprovals(store, stored);
  if (approvals.length < stored.length)
    return refuse("changed", "a stored approval of a person is not the one in the audit log");
  const allowed = new Set<string>();
  for (const { approver } of approvals) if (await isStillAllowed(approver)) allowed.add(keyOf(approver));
  const { system } = await store.getReport(action.analysisId);
  const expected = action.preconditions.map(({ name, expected: value }) => [name, value ?? ""] as const);
  const check = checkRun({
    action,
    approvals,
    policy,
    proposer: await proposerOf(action.analysisId),
    system,
    observed: observed ?? Object.fromEntries(expected),
    isStillAllowed: (approver) => allowed.has(keyOf(approver)),
    nowMs: now(),
  });
  return check.ok && executor !== null ? contextCheck(action.script, executor.context) : check;
}

const keyOf = ({ surface, id }: { surface: string; id: string }): string => `${surface}:${id}`;

/** The script names its cluster, or leaves it to the executor. */
function contextCheck(script: string, context: string | null): RunCheck {
  if (/^CLUSTER=no /m.test(script)) return { ok: true };
  const [, named = ""] = /^CONTEXT=(\S*)$/m.exec(script.replace(/ {2}# unknown: .*$/m, "")) ?? [];
  const approved = named.replaceAll("'", "");
  if (approved === "" && context === null)
    return refuse("wrong_context", "neither the script nor the executor names the cluster");
  return approved === "" || context === null || approved === context
    ? { ok: true }
    : refuse("wrong_context", `it was approved for the context ${approved}; the executor changes ${context}`);
}

const refuse = (reason: (RunCheck & { ok: false })["reason"], why: string): RunCheck => ({ ok: false, reason, why });
