import { expect, it } from "vitest";
import type { CitedFinding } from "../../../src/domain/finding.ts";
import type { Topology } from "../../../src/domain/telemetry.ts";
import { evidenceMap } from "../../../src/rca/evidence-map.ts";
import { rankAlerts } from "../../../src/rca/rankers/sums.ts";
import { aFinding, anIncident } from "../../fakes.ts";

const firing = (entity: string, family: string, strength: number, kind = "pod"): CitedFinding => ({
  ...aFinding({
    signal: "alert",
    kind: "alert.firing",
    entity: { id: entity, kind },
    strength,
    summary: `${entity} ${family}`,
  }),
  evidence: { connector: "fake", query: "all", window: null, facts: { family } },
  id: `E-${entity}-${family}-${strength}`,
});
const moved = (entity: string, family: string, facts: Record<string, string> = {}): CitedFinding => ({
  ...aFinding({ entity: { id: entity, kind: "service" } }),
  evidence: { connector: "fake", query: "all", window: null, facts: { family, before: 0, after: 1, ...facts } },
  id: `M-${entity}-${family}`,
});
const PODS = ["cart-0", "cart-1", "cart-2"];
const topology: Topology = {
  nodes: [{ id: "cart", kind: "service" }, ...PODS.map((id) => ({ id, kind: "pod" }))],
  edges: PODS.map((from) => ({ from, to: "cart", kind: "member_of" })),
};
const rank = (findings: CitedFinding[], entities: string[]) => {
  const incident = anIncident({ vocabulary: { entityKinds: [], entities, causes: [] } });
  return [...rankAlerts(evidenceMap(incident, topology, findings))]
    .map(([id, { score }]) => [id, score])
    .toSorted(([, a], [, b]) => Number(b) - Number(a));
};

it("counts only the strongest alert of each family, and adds up families", () => {
  expect(rank([firing("cart-0", "cpu", 3), firing("cart-0", "cpu", 2), firing("cart-0", "memory", 1)], PODS)).toEqual([
    ["cart-0", 4],
  ]);
});

it("credits the service with what most of its pods show", () => {
  expect(
    rank(
      PODS.map((pod) => firing(pod, "cpu", 3)),
      ["cart", ...PODS],
    )[0],
  ).toEqual(["cart", 3]);
});

it("gives a pod the evidence that only it has", () => {
  expect(rank([firing("cart-0", "cpu", 3), firing("cart-1", "log", 1)], ["cart", ...PODS])[0]).toEqual(["cart-0", 3]);
});

it("keeps a pod's evidence that its siblings do not have", () => {
  const scores = new Map(
    rank([firing("cart-0", "cpu", 5), firing("cart-1", "cpu", 2), firing("cart-2", "cpu", 1)], ["cart", ...PODS]).map(
      ([id, score]) => [id, score],
    ),
  );
  expect([scores.get("cart"), scores.get("cart-0"), scores.get("cart-1")]).toEqual([2, 3, undefined]);
});

it("adds up everything for the service if pods may not be named", () => {
  expect(rank([firing("cart-0", "cpu", 3), firing("cart-1", "memory", 2)], ["cart"])).toEqual([["cart", 5]]);
});

const calls: Topology = {
  nodes: ["shop", "cart", "worker", "mail"].map((id) => ({ id, kind: "service" })),
  edges: [
    { from: "shop", to: "cart", kind: "calls" },
    { from: "worker", to: "mail", kind: "calls" },
  ],
};
const alertScore = (findings: CitedFinding[], { id = "shop", edges = calls.edges, entry = "shop" } = {}) =>
  rankAlerts(evidenceMap(anIncident({ entry }), { ...calls, edges }, findings)).get(id)?.score ?? 0;

it("does not count an alert on errors of a caller whose errors moved as a metric: its callees may explain them", () => {
  const alerts = [firing("shop", "error", 3, "service"), firing("shop", "memory", 1, "service")];
  expect(alertScore(alerts)).toBe(4);
  expect(alertScore([...alerts, moved("shop", "availability")])).toBe(1);
  expect(alertScore([...alerts, moved("shop", "availability")], { edges: [] })).toBe(1);
});

it.each([
  ["another SLI moved", [moved("shop", "latency")]],
  ["the calls that it makes fail", [moved("shop", "error", { of_calls: "yes" })]],
  ["another entity fails", [moved("cart", "error")]],
  ["the walk keeps to another SLI", [moved("shop", "error"), moved("cart", "latency", { alarm_match: "by name" })]],
])("counts an alert on errors if %s", (_, metrics) => {
  expect(alertScore([firing("shop", "error", 3, "service"), ...metrics])).toBe(3);
});

it.each([
  ["calls nobody", "cart"],
  ["the entry's requests do not reach", "worker"],
])("counts an alert on errors of an entity that %s", (_, id) => {
  expect(alertScore([firing(id, "error", 3, "service"), moved(id, "error")], { id })).toBe(3);
});

it("counts an alert about an entity's own state, and one that names a cause, where errors moved too", () => {
  const named = firing("shop", "error", 2, "service");
  const evidence = { ...named.evidence, facts: { ...named.evidence.facts, means: "bad_config" } };
  const alerts = [firing("shop", "instance", 3, "service"), { ...named, evidence }];
  expect(alertScore([...alerts, moved("shop", "error")])).toBe(5);
});
