import { bindingOf, bindingSha256 } from "../domain/approval.ts";
import type { Policy } from "../domain/policy.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import {
  decidePolicy,
  type PolicyDecision,
  policyFacts,
  type PolicyFacts,
  policySentence,
} from "../remediation/policy.ts";

/** `given`: names of people whose approvals are valid at that time. */
export type Requirement = { facts: PolicyFacts; decision: PolicyDecision; sentence: string; given: string[] };

/** What the policy demands of an action at a time. @throws {IncidentError} NOT_FOUND */
export async function requirementAt(
  { store, policy }: { store: Pick<AnalysisStore, "getAction" | "getReport" | "listApprovals">; policy: Policy },
  actionId: string,
  atMs: number,
): Promise<Requirement> {
  const action = await store.getAction(actionId);
  const { system } = await store.getReport(action.analysisId);
  const facts = policyFacts(action, system, policy);
  const decision = decidePolicy(facts, policy, atMs);
  const binding = bindingSha256(bindingOf(action));
  const valid = (await store.listApprovals(actionId)).filter(
    (one) => atMs < one.expiresAtMs && bindingSha256(one.binding) === binding,
  );
  return { facts, decision, sentence: policySentence(decision), given: valid.map(({ approver }) => approver.name) };
}
