import { expect, it } from "vitest";
import type { CitedFinding } from "../../../src/domain/finding.ts";
import type { Topology } from "../../../src/domain/telemetry.ts";
import { evidenceMap } from "../../../src/rca/evidence-map.ts";
import { rankBlastRadius } from "../../../src/rca/rankers/blast-radius.ts";
import { rankHosts } from "../../../src/rca/rankers/hosts.ts";
import { rankOutages } from "../../../src/rca/rankers/outages.ts";
import { aFinding, anIncident } from "../../fakes.ts";

const shifted = (entity: string, family: string, strength: number, kind = "service"): CitedFinding => ({
  ...aFinding({ signal: "metric", kind: "metric.shift", entity: { id: entity, kind }, strength, summary: entity }),
  evidence: { connector: "fake", query: "all", window: null, facts: { family } },
  id: `E-${entity}-${family}`,
});
const calls = (from: string, to: string) => ({ from, to, kind: "calls" as const });
const runsOn = (from: string, to: string) => ({ from, to, kind: "runs_on" as const });
const topology: Topology = {
  nodes: [
    ...["web", "orders", "billing", "stock", "mail"].map((id) => ({ id, kind: "service" })),
    ...["host-1", "host-2", "host-3"].map((id) => ({ id, kind: "host" })),
    { id: "pay.example.com", kind: "external" },
  ],
  edges: [
    calls("web", "orders"),
    calls("web", "stock"),
    calls("orders", "pay.example.com"),
    calls("billing", "pay.example.com"),
    runsOn("orders", "host-1"),
    runsOn("billing", "host-1"),
    runsOn("stock", "host-1"),
    runsOn("web", "host-2"),
    runsOn("mail", "host-3"),
  ],
};
const OBSERVED = new Map(["web", "orders", "billing", "stock", "mail"].map((id) => [id, ["errors", "latency"]]));
const rank = (ranker: typeof rankHosts, findings: CitedFinding[]): string[] =>
  [...ranker(evidenceMap(anIncident({}), topology, findings, { baselineCoverage: OBSERVED }))]
    .toSorted(([, a], [, b]) => b.score - a.score)
    .map(([id]) => id);

it("names a third party without telemetry if all of its callers suffer", () => {
  expect(rank(rankBlastRadius, [shifted("orders", "latency", 9), shifted("billing", "error", 9)])[0]).toBe(
    "pay.example.com",
  );
});

it("names the caller, not the third party, if its other caller is normal", () => {
  expect(rank(rankBlastRadius, [shifted("orders", "latency", 9), shifted("web", "latency", 9)])[0]).toBe("orders");
});

it("names a host if all services on it suffer, and no shared callee explains them", () => {
  const findings = ["orders", "billing", "stock"].map((id) => shifted(id, "latency", 9));
  expect(rank(rankBlastRadius, findings)[0]).toBe("host-1");
});

it("names nobody if only one entity is affected", () => {
  expect(rank(rankBlastRadius, [shifted("orders", "latency", 9)])).toEqual([]);
});

it("names the host whose resources stand out from those of its peers", () => {
  const retransmits = [
    shifted("host-1", "network", 30, "host"),
    shifted("host-2", "network", 4, "host"),
    shifted("host-3", "network", 3, "host"),
  ];
  const suffering = ["orders", "billing"].map((id) => shifted(id, "latency", 9));
  expect(rank(rankHosts, [...retransmits, ...suffering])[0]).toBe("host-1");
});

it("names no host on which all services are well, however busy it is", () => {
  expect(rank(rankHosts, [shifted("host-1", "cpu", 30, "host"), shifted("mail", "latency", 9)])).toEqual([]);
});

it("names no host for a shift that all hosts share", () => {
  expect(
    rank(
      rankHosts,
      ["host-1", "host-2", "host-3"].map((id) => shifted(id, "cpu", 12, "host")),
    ),
  ).toEqual([]);
});

it("never names a probe, which only sees the fault from outside", () => {
  const map = evidenceMap(anIncident({}), topology, [shifted("probe-web", "error", 9, "probe")]);
  expect(map.candidates.has("probe-web")).toBe(false);
});

const wentDown = (entity: string, after = 0): CitedFinding => {
  const finding = shifted(entity, "instance", 100);
  return {
    ...finding,
    evidence: { ...finding.evidence, facts: { family: "instance", direction: "down", before: 1, after } },
  };
};

it("names what is down, and before it what it depends on, if that is down as well", () => {
  expect(rank(rankOutages, [wentDown("stock")])).toEqual(["stock"]);
  expect(rank(rankOutages, [wentDown("web"), wentDown("orders")])[0]).toBe("orders");
});

it("takes an entity that lost few of its instances for up", () => {
  expect(rank(rankOutages, [wentDown("stock", 0.9)])).toEqual([]);
});

it("names the host if most of what runs on it is down", () => {
  expect(
    rank(
      rankOutages,
      ["orders", "billing", "stock"].map((id) => wentDown(id)),
    )[0],
  ).toBe("host-1");
});
