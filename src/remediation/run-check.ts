import type { Action } from "../domain/action.ts";
import { type Approval, bindingOf, bindingSha256 } from "../domain/approval.ts";
import type { RunRefusal } from "../domain/execution.ts";
import { isoTime } from "../domain/time.ts";
import type { Policy } from "../domain/policy.ts";
import { checkAuthority, type Proposer } from "./authority.ts";
import { oneLine } from "./one-line.ts";
import { decidePolicy, policyFacts } from "./policy.ts";

export type RunCheckInput = {
  /** The action as stored now. */
  action: Action;
  approvals: readonly Approval[];
  policy: Policy;
  proposer: Proposer;
  /** The system of the incident. */
  system: string | null;
  /** What the cluster shows now, by the name of a precondition. */
  observed: Readonly<Record<string, string>>;
  /** Whether the surface still lets this approver approve: the key is not revoked, the user still is an approver. */
  isStillAllowed: (approver: Approval["approver"]) => boolean;
  nowMs: number;
};
export type RunCheck = { ok: true } | { ok: false; reason: RunRefusal; why: string };

/**
 * Checks again, right before a run, that the approvals of an action still cover it: the same script, target, parameters
 * and preconditions; not expired; by people who still may approve, as many as the policy demands now; and the cluster
 * still shows what was approved. `context` is the precondition that names the cluster.
 */
export function checkRun(input: RunCheckInput): RunCheck {
  const { action, approvals, observed, nowMs } = input;
  if (approvals.length === 0) return refuse("not_approved", "nobody approved it");
  const now = bindingSha256(bindingOf(action));
  const same = approvals.filter(({ binding }) => bindingSha256(binding) === now);
  if (same.length === 0)
    return refuse("changed", "script, target, parameters or preconditions are no longer those that were approved");
  const valid = same.filter(({ expiresAtMs }) => nowMs < expiresAtMs);
  if (valid.length === 0) {
    const lastMs = Math.max(...same.map(({ expiresAtMs }) => expiresAtMs));
    return refuse("expired", `the approval expired at ${isoTime(lastMs)}`);
  }
  const authority = whyNoAuthority(input, valid);
  if (authority !== null) return refuse("authority", authority);
  for (const { name, expected } of action.preconditions) {
    const seen = observed[name];
    if (expected === seen) continue;
    const is = seen === undefined ? "cannot be read now" : `is now "${oneLine(seen, 80)}"`;
    if (expected === null && seen !== undefined) continue; // nobody had looked: the script itself demands a value
    const why = `${oneLine(name, 40)} ${is}; approved was "${oneLine(expected ?? "", 80)}"`;
    return refuse(name === "context" ? "wrong_context" : "precondition_drift", why);
  }
  return { ok: true };
}

/** Null if the approvals are enough by today's policy and today's rights. */
function whyNoAuthority({ action, policy, proposer, system, isStillAllowed, nowMs }: RunCheckInput, valid: Approval[]) {
  const requirement = decidePolicy(policyFacts(action, system, policy), policy, nowMs);
  const allowed = valid.filter(({ approver }) => isStillAllowed(approver));
  let why = "nobody who approved it may still do so";
  for (const one of allowed) {
    const given = allowed.filter((other) => other !== one);
    const check = checkAuthority({
      requirement,
      people: policy.people,
      approver: one.approver,
      proposer,
      editor: action.edited?.by,
      requester: action.proposedBy,
      given,
    });
    if (check.ok && check.missing === 0) return null;
    why = check.ok ? "it needs another approver by now" : check.why;
  }
  return why;
}

const refuse = (reason: RunRefusal, why: string): RunCheck => ({ ok: false, reason, why });
