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
