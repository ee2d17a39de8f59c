import { expect, it } from "vitest";
import { type Approval, bindingOf } from "../../src/domain/approval.ts";
import { Policy, safePolicy } from "../../src/domain/policy.ts";
import { checkRun, type RunCheckInput } from "../../src/remediation/run-check.ts";
import { anAction } from "../fakes.ts";

const action = anAction({
  preconditions: [
    { name: "context", command: "kubectl config current-context", expected: "prod" },
    { name: "revision", command: "kubectl get deploy", expected: "7" },
  ],
});
const approvalOf = (id: string): Approval => ({
  actionId: action.id,
  approver: { surface: "cli", id, name: id },
  binding: bindingOf(action),
  mode: "one_approver",
  rule: "changes",
  atMs: 1_000,
  expiresAtMs: 2_000,
});
const run = (given: Partial<RunCheckInput> = {}) =>
  checkRun({
    action,
    approvals: [approvalOf("ada")],
    policy: safePolicy(),
    proposer: null,
    system: null,
    observed: { context: "prod", revision: "7" },
    isStillAllowed: () => true,
    nowMs: 1_500,
    ...given,
  });
const two = Policy.parse({ rules: [{ name: "two", mode: "two_approvers" }] });

it("lets an approved action run while everything is as approved", () => {
  expect(run()).toEqual({ ok: true });
  expect(run({ policy: two, approvals: [approvalOf("ada"), approvalOf("bob")] })).toEqual({ ok: true });
});

it.each([
  ["without an approval", { approvals: [] }, "not_approved", /nobody/],
  ["with another script", { action: { ...action, script: "rm -rf /" } }, "changed", /no longer/],
  ["with another target", { action: { ...action, target: { id: "pay", kind: "service" } } }, "changed", /no longer/],
  ["with other preconditions", { action: { ...action, preconditions: [] } }, "changed", /no longer/],
  ["after its expiry", { nowMs: 2_000 }, "expired", /expired at/],
  ["in another cluster", { observed: { context: "dev", revision: "7" } }, "wrong_context", /context is now "dev"/],
  ["after a drift", { observed: { context: "prod", revision: "8" } }, "precondition_drift", /revision is now "8"/],
  ["when nothing can be read", { observed: { context: "prod" } }, "precondition_drift", /cannot be read/],
  ["when the approver lost the right", { isStillAllowed: () => false }, "authority", /may still/],
  ["when the policy now demands two", { policy: two }, "authority", /another approver/],
  [
    "when a freeze began",
    { policy: Policy.parse({ freezes: [{ name: "now", weekly: { from: "00:00", to: "24:00" } }] }) },
    "authority",
    /forbidden/,
  ],
  [
    "when one of two asked for the analysis",
    { policy: two, approvals: [approvalOf("ada"), approvalOf("bob")], proposer: { name: "bob" } },
    "authority",
    /asked for the analysis|another approver/,
  ],
] satisfies [string, Partial<RunCheckInput>, string, RegExp][])("runs nothing %s", (_, given, reason, why) => {
  expect(run(given)).toMatchObject({ ok: false, reason, why: expect.stringMatching(why) });
});
