import { expect, it } from "vitest";
import { Policy, safePolicy } from "../../src/domain/policy.ts";
import { actionKindOf } from "../../src/remediation/action-kind.ts";
import { decidePolicy, policyFacts, type PolicyFacts, policySentence } from "../../src/remediation/policy.ts";
import { freezeAt, isWithin } from "../../src/remediation/policy-time.ts";
import { anAction } from "../fakes.ts";

const restart: PolicyFacts = {
  kind: "restart",
  reversible: true,
  risk: "low",
  environment: "unknown",
  tier: "unknown",
  blastRadius: "small",
  entryShare: 0,
};
const ms = (iso: string): number => Date.parse(iso);
const NOW = ms("2026-11-30T12:00:00Z");

it.each([
  ["kubectl get pods", "query"],
  ['kubectl rollout restart "${W}"', "restart"],
  ['kubectl delete pod "${POD}"', "restart"],
  ['kubectl rollout undo "${W}"', "rollback"],
  ['kubectl scale "${W}" --replicas 3', "scale"],
  ['kubectl set resources "${W}" --limits memory=1Gi', "limit"],
  ['kubectl set env "${W}" A=b', "config"],
  ['kubectl cordon "${NODE}"', "node"],
  ["kubectl patch service shop --patch x", "traffic"],
  ['kubectl patch "hpa/${NAME}" --patch x', "scale"],
  ["change amtool silence add x", "silence"],
  ["change unknown-tool --fix", "other"],
  ['kubectl rollout restart "${W}"\nkubectl cordon "${NODE}"', "node"],
  ["kubectl exec x", "other"],
])("sees by its commands that %j is a %s", (script, kind) => {
  expect(actionKindOf({ script })).toBe(kind);
});

it.each([
  [{ kind: "query" }, "auto", "queries"],
  [{}, "one_approver", "changes"],
  [{ environment: "production" }, "one_approver", "changes"],
  [{ environment: "production", blastRadius: "large" }, "two_approvers", "production-large"],
  [{ environment: "production", reversible: false }, "two_approvers", "production-irreversible"],
  [{ environment: "production", kind: "node" }, "two_approvers", "production-nodes-and-traffic"],
] satisfies [Partial<PolicyFacts>, string, string][])("without a file, decides %j as %s", (facts, mode, rule) => {
  expect(decidePolicy({ ...restart, ...facts }, safePolicy(), NOW)).toMatchObject({ mode, rule });
});

it("takes the first rule that matches, and names it with what held", () => {
  const policy = Policy.parse({
    rules: [
      { name: "shop", when: { kind: ["scale", "restart"], tier: "1" }, mode: "two_approvers", roles: "sre" },
      { name: "rest", mode: "forbidden" },
    ],
  });
  const decision = decidePolicy({ ...restart, tier: "1" }, policy, NOW);
  expect(policySentence(decision)).toBe(
    'needs two different approvers with the role sre (rule "shop": kind is restart, tier is 1)',
  );
  expect(decidePolicy(restart, policy, NOW)).toMatchObject({ mode: "forbidden", rule: "rest" });
});

it("counts an unknown share of the entry points as all of them", () => {
  const policy = Policy.parse({ rules: [{ name: "wide", when: { entryShareAtLeast: 0.5 }, mode: "forbidden" }] });
  expect(decidePolicy({ ...restart, entryShare: null }, policy, NOW)).toMatchObject({
    mode: "forbidden",
    rule: "wide",
  });
  expect(decidePolicy({ ...restart, entryShare: 0.2 }, policy, NOW)).toMatchObject({ mode: "two_approvers" });
});

it("demands two approvers where no rule matches", () => {
  const policy = Policy.parse({ rules: [{ name: "queries", when: { kind: "query" }, mode: "auto" }] });
  expect(decidePolicy(restart, policy, NOW)).toMatchObject({ mode: "two_approvers", rule: "no rule" });
});

it.each([{ kind: "restart" }, { kind: ["query", "restart"] }, {}])(
  "takes no rule that lets %j run by itself",
  (when) => {
    expect(Policy.safeParse({ rules: [{ name: "fast", when, mode: "auto" }] }).success).toBe(false);
  },
);

it("finds environment and tier by the patterns of entity, namespace and system", () => {
  const policy = Policy.parse({
    environments: { "prod-*": "production", shop: "staging" },
    tiers: { "*/checkout*": 1 },
  });
  const action = anAction({ target: { kind: "app", id: "prod-eu/Deployment/checkout" } });
  expect(policyFacts(action, "shop", policy)).toMatchObject({ environment: "production", tier: "1" });
  expect(policyFacts(anAction(), "shop", policy)).toMatchObject({ environment: "staging", tier: "unknown" });
});

it("reads freezes on the clocks of their zone, over midnight and over the change of the clocks", () => {
  const policy = Policy.parse({
    zone: "Europe/Berlin",
    freezes: [
      { name: "holidays", from: "2026-12-20T00:00", to: "2027-01-04T00:00" },
      { name: "weekend", weekly: { from: "16:00", to: "08:00", days: "fri" } },
    ],
  });
  const nameAt = (iso: string): string | null => freezeAt(policy, ms(iso))?.name ?? null;
  expect(nameAt("2026-12-19T22:59:00Z")).toBeNull();
  expect(nameAt("2026-12-19T23:00:00Z")).toBe("holidays");
  expect(nameAt("2027-01-03T23:00:00Z")).toBeNull();
  expect(nameAt("2026-11-27T14:59:00Z")).toBeNull(); // Friday
  expect(nameAt("2026-11-27T15:00:00Z")).toBe("weekend");
  expect(nameAt("2026-11-28T06:59:00Z")).toBe("weekend");
  expect(nameAt("2026-11-28T07:00:00Z")).toBeNull();
  expect(nameAt("2026-07-03T13:59:00Z")).toBeNull();
  expect(nameAt("2026-07-03T14:00:00Z")).toBe("weekend");
  expect(
    decidePolicy(restart, Policy.parse({ freezes: [{ name: "all", weekly: { from: "00:00", to: "24:00" } }] }), NOW),
  ).toEqual({ mode: "forbidden", rule: "freeze", why: 'freeze "all"', roles: null });
  expect(isWithin({ from: "22:00", to: "06:00" }, ms("2026-11-30T05:59:00Z"), "UTC")).toBe(true);
});
