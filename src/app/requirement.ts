import { bindingOf, bindingSha256 } from "../domain/approval.ts";
import { IncidentError, nullIfNotFound } from "../domain/errors.ts";
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

type RequirementStore = Pick<
  AnalysisStore,
  "getAction" | "getAnalysis" | "getReport" | "listActions" | "listApprovals"
>;

/** What to say when the id is one of an analysis; null if there is no such analysis. */
async function analysisInstead(store: RequirementStore, id: string): Promise<IncidentError | null> {
  if ((await store.getAnalysis(id).catch(nullIfNotFound)) === null) return null;
  const ids = (await store.listActions(id)).map((action) => action.id);
  return new IncidentError("BAD_INPUT", `${id} is an analysis; the policy decides about one action`, {
    hint: ids.length === 0 ? "This analysis proposed no action." : `Give one of its actions: ${ids.join(", ")}.`,
  });
}

/** What the policy demands of an action at a time. @throws {IncidentError} NOT_FOUND */
export async function requirementAt(
  { store, policy }: { store: RequirementStore; policy: Policy },
  actionId: string,
  atMs: number,
): Promise<Requirement> {
  const action = await store.getAction(actionId).catch(async (error: unknown) => {
    throw (await analysisInstead(store, actionId)) ?? error;
  });
  const { system } = await store.getReport(action.analysisId);
  const facts = policyFacts(action, system, policy);
  const decision = decidePolicy(facts, policy, atMs);
  const binding = bindingSha256(bindingOf(action));
  const valid = (await store.listApprovals(actionId)).filter(
    (one) => atMs < one.expiresAtMs && bindingSha256(one.binding) === binding,
  );
  return { facts, decision, sentence: policySentence(decision), given: valid.map(({ approver }) => approver.name) };
}
