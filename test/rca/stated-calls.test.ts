import { expect, it } from "vitest";
import type { CitedFinding } from "../../src/domain/finding.ts";
import { evidenceMap } from "../../src/rca/evidence-map.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { statedCallers } from "../../src/rca/stated-calls.ts";
import { aFinding, anIncident } from "../fakes.ts";

const logged = (entity: string, exemplar: string): CitedFinding => ({
  ...aFinding({ signal: "log", kind: "log.new-template", entity: { id: entity, kind: "service" }, strength: 20 }),
  evidence: {
    connector: "fake",
    query: "all",
    window: null,
    exemplar,
    facts: { countAfter: 40, expected: 0, severity: "error" },
  },
  id: `${entity}: ${exemplar}`,
});
const topology = {
  nodes: ["web", "payments", "orders-db"].map((id) => ({ id, kind: "service" })),
  edges: [
    { from: "web", to: "payments", kind: "calls" as const },
    { from: "payments", to: "orders-db", kind: "calls" as const },
  ],
};
const incident = anIncident({ entry: "web" });
const REFUSED = "POST https://api.pay.example/v1/charges: 503 Service Unavailable";

it("finds the callers of a third party that no topology lists, in their own messages", () => {
  const map = evidenceMap(incident, topology, [logged("payments", REFUSED)]);
  expect(map.failures.map(({ blamed }) => blamed)).toEqual(["api.pay.example"]);
  expect(statedCallers("api.pay.example", map)).toEqual(["payments"]);
  expect(statedCallers("web", map)).toEqual([]);
});

it("adds no caller that the topology has", () => {
  const map = evidenceMap(incident, topology, [logged("payments", "dial tcp orders-db:5432: connection refused")]);
  expect(statedCallers("orders-db", map)).toEqual([]);
});

it("leads the path from the entry through them to the third party", () => {
  const { hypotheses, statedCallers: callers } = rankCauses({
    incident,
    topology,
    findings: [logged("payments", REFUSED)],
    similar: [],
  });
  expect(hypotheses[0]?.path).toEqual(["web", "payments", "api.pay.example"]);
  expect(callers).toEqual(["payments"]);
});
