import { expect, it } from "vitest";
import { triageOf } from "../../../src/agent/report/triage.ts";
import type { CitedFinding } from "../../../src/domain/finding.ts";
import type { Hypothesis } from "../../../src/domain/hypothesis.ts";
import { aFinding } from "../../fakes.ts";

const topology = {
  nodes: [],
  edges: ["web", "a", "b", "c"].map((from, n) => ({ from, to: n === 0 ? "a" : "store", kind: "calls" })),
};
const store: Hypothesis = {
  entity: { id: "store", kind: "service" },
  cause: "unknown",
  confidence: 1,
  calibrated: true,
  status: "supported",
  reasons: [],
  for: [],
  against: [],
  path: [],
  wouldRefute: "",
};
const cited = (overrides: Parameters<typeof aFinding>[0], id = "E1"): CitedFinding => ({ ...aFinding(overrides), id });
const failing = (failed: number, requests: number): CitedFinding =>
  cited({
    kind: "metric.shift",
    entity: { id: "web", kind: "service" },
    evidence: { ...aFinding().evidence, facts: { family: "error", direction: "up", after: failed, traffic: requests } },
  });
const of = (overrides: Partial<Parameters<typeof triageOf>[0]> = {}) =>
  triageOf({
    verdict: "root_cause",
    blamed: store,
    findings: [],
    topology,
    incident: { entry: "web" },
    owners: [],
    ...overrides,
  });

it("rates the root cause by what depends on it, and names its owner", () => {
  expect(of({ owners: [{ pattern: "st*", team: "data" }] })).toEqual({
    severity: "high",
    why: "5 entities are in the blast radius, including the entry web",
    blast_radius: ["a", "b", "c", "store", "web"],
    burn_rate: null,
    team: "data",
    team_why: "data owns store",
  });
});

it("rates by the share of requests that fail at the entry, and names the objective", () => {
  expect(of({ findings: [failing(3, 100)] })).toMatchObject({
    severity: "critical",
    burn_rate: 30,
    why: "the error budget (assumed objective 99.9 %) burns 30 times too fast (paging threshold: 14.4)",
  });
  expect(of({ findings: [failing(3, 0)] })).toMatchObject({ burn_rate: null });
  expect(of({ findings: [failing(3, 1)] })).toMatchObject({ burn_rate: null });
});

it("uses the entities of alerts when there is no root cause", () => {
  const alert = cited({ signal: "alert", kind: "alert.firing", entity: { id: "b", kind: "service" } });
  expect(of({ verdict: "inconclusive", blamed: undefined, findings: [alert] })).toMatchObject({
    severity: "warning",
    blast_radius: ["b"],
    team: null,
  });
  expect(of({ verdict: "inconclusive", blamed: undefined })).toBeUndefined();
});

it("takes the severity of its worst alert, whatever the root cause", () => {
  const alert = (id: string, facts: Record<string, string>) =>
    cited({
      signal: "alert",
      kind: "alert.firing",
      entity: { id, kind: "service" },
      evidence: { ...aFinding().evidence, facts },
    });
  const findings = [alert("b", { severity: "critical" }), alert("c", { severity: "warning" }), alert("store", {})];
  expect(of({ verdict: "inconclusive", blamed: undefined, findings })).toMatchObject({
    severity: "critical",
    why: "the worst alert is critical",
  });
  expect(of({ findings })).toMatchObject({ severity: "critical", why: "the worst alert is critical" });
});

it.each(["no_incident", "recovered"] as const)("returns nothing for %s", (verdict) => {
  expect(of({ verdict })).toBeUndefined();
});

it("calls the team that an alert on the entity names, before the configured owner", () => {
  const firing = cited({
    signal: "alert",
    kind: "alert.firing",
    entity: { id: "store", kind: "service" },
    evidence: { ...aFinding().evidence, facts: { name: "DiskFull", family: "disk space", team: "storage-oncall" } },
  });
  const owners = [{ pattern: "*", team: "platform" }];
  expect(of({ findings: [firing], owners })).toMatchObject({ team: "storage-oncall" });
  const elsewhere = { ...firing, entity: { id: "web", kind: "service" } };
  expect(of({ findings: [elsewhere], owners })).toMatchObject({ team: "platform" });
});
