import { describe, expect, it } from "vitest";
import { type SignalCoverage, silentEntities, silentGaps } from "../../../src/agent/report/silent-entities.ts";
import type { Hypothesis, Ranking } from "../../../src/domain/hypothesis.ts";
import type { Topology } from "../../../src/domain/telemetry.ts";

const hypothesis = (id: string, path: string[] = [id], kind = "service"): Hypothesis => ({
  entity: { id, kind },
  cause: "unknown",
  confidence: 0.5,
  calibrated: true,
  status: "untested",
  reasons: [],
  for: [],
  against: [],
  path,
  wouldRefute: "",
});
const ranking = (...hypotheses: Hypothesis[]): Ranking => ({
  verdict: "root_cause",
  why: "",
  onsetMs: null,
  hypotheses,
  nextEvidence: [],
});
const nodes = (...ids: string[]) => ids.map((id) => ({ id, kind: "service" }));
const shop: Topology = {
  nodes: [...nodes("web", "cart", "stock", "mail"), { id: "db", kind: "database" }],
  edges: [
    { from: "web", to: "cart", kind: "calls" },
    { from: "cart", to: "stock", kind: "calls" },
  ],
};
const coverage = (overrides: Partial<SignalCoverage>): SignalCoverage => ({
  logs: null,
  metrics: null,
  traces: null,
  ...overrides,
});
const gaps = (overrides: Partial<SignalCoverage>, ...hypotheses: Hypothesis[]) =>
  silentGaps(silentEntities(coverage(overrides), ranking(...hypotheses), shop));

it("lists entities without logs if others have logs", () => {
  expect(gaps({ logs: ["web", "cart", "mail"] }, hypothesis("stock"))).toEqual([
    { source: "logs of stock", why: "it has no logs of its own, but 3 other services have logs" },
  ]);
});

it("reports it for entities on the path, and for the first three suspects", () => {
  const first = hypothesis("cart", ["web", "cart"]);
  expect(gaps({ traces: ["mail"] }, first, hypothesis("stock")).map(({ source }) => source)).toEqual([
    "traces of cart",
    "traces of stock",
    "traces of web",
  ]);
});

it("lists unsuspected entities in one line, and only where silence is the exception", () => {
  expect(gaps({ logs: ["web", "cart"] }, hypothesis("cart"))).toEqual([
    { source: "logs of stock, mail", why: "no records" },
  ]);
  expect(gaps({ logs: ["cart"] }, hypothesis("cart"))).toEqual([]);
});

describe("says nothing", () => {
  it.each([
    ["if a source was not read at all, which another gap reports", {}, hypothesis("stock")],
    ["if no entity has records", { logs: [] }, hypothesis("stock")],
    [
      "for an entity whose instance has records",
      { metrics: ["web", "cart", "mail", "stock-6cdbf9b4cc-h7mqk"] },
      hypothesis("stock"),
    ],
    [
      "for an entity that emits no telemetry itself",
      { logs: ["web", "cart", "stock", "mail"] },
      hypothesis("db", ["db"], "database"),
    ],
    ["without a suspect if all have records", { logs: ["web", "cart", "stock", "mail"] }, undefined],
  ])("%s", (_, overrides, suspect) => {
    expect(gaps(overrides, ...(suspect ? [suspect] : []))).toEqual([]);
  });
});

it("counts records of a service for its pod", () => {
  const withPod: Topology = {
    nodes: [...shop.nodes, { id: "stock-0", kind: "pod" }],
    edges: [...shop.edges, { from: "stock-0", to: "stock", kind: "member_of" }],
  };
  expect(
    silentEntities(
      coverage({ logs: ["web", "stock", "cart", "mail"] }),
      ranking(hypothesis("stock-0", ["stock-0"], "pod")),
      withPod,
    ),
  ).toEqual([]);
});
