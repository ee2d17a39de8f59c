import { expect, it } from "vitest";
import { measureBlastRadius } from "../../src/remediation/blast-radius.ts";

const calls = (...pairs: [string, string][]) => ({
  nodes: [],
  edges: pairs.map(([from, to]) => ({ from, to, kind: "calls" })),
});
const orders = { id: "orders", kind: "service" };

it("counts direct and indirect callers of the target, but not its callees", () => {
  expect(measureBlastRadius(orders, calls(["front", "orders"], ["edge", "front"], ["orders", "db"]))).toEqual({
    size: "medium",
    entities: ["edge", "front"],
    entryShare: 1,
    why: "2 entities call it, directly or indirectly",
  });
});

it("is small with at most one caller", () => {
  expect(measureBlastRadius(orders, calls(["front", "orders"]))).toMatchObject({
    size: "small",
    entities: ["front"],
    why: "1 entity calls it, directly or indirectly",
  });
});

it("is large with more than five callers", () => {
  const pairs = ["a", "b", "c", "d", "e", "f"].map((from): [string, string] => [from, "orders"]);
  expect(measureBlastRadius(orders, calls(...pairs))).toMatchObject({
    size: "large",
    entities: ["a", "b", "c", "d", "e", "f"],
  });
});

it("handles a cycle of calls", () => {
  expect(measureBlastRadius(orders, calls(["a", "orders"], ["orders", "a"]))).toMatchObject({
    size: "small",
    entities: ["a"],
  });
});

it.each([
  ["the target is not in the topology", calls(["a", "b"])],
  ["there is no topology", calls()],
  ["the topology shows no calls", { nodes: [orders], edges: [] }],
])("is large if %s", (_what, topology) => {
  expect(measureBlastRadius(orders, topology)).toMatchObject({
    size: "large",
    entities: [],
    why: expect.stringContaining("unknown; this counts as large"),
  });
});

it("counts the pods of a service, and for a pod the callers of its service", () => {
  const topology = {
    nodes: [],
    edges: [
      { from: "front", to: "orders", kind: "calls" },
      { from: "orders-1", to: "orders", kind: "member_of" },
    ],
  };
  expect(measureBlastRadius(orders, topology).entities).toEqual(["front", "orders-1"]);
  expect(measureBlastRadius({ id: "orders-1", kind: "pod" }, topology)).toMatchObject({
    size: "small",
    entities: ["front", "orders"],
  });
});

it("counts the pods on a node and their callers", () => {
  const topology = {
    nodes: [],
    edges: [
      { from: "front", to: "orders", kind: "calls" },
      { from: "orders-1", to: "orders", kind: "member_of" },
      { from: "orders-1", to: "n1", kind: "runs_on" },
    ],
  };
  expect(measureBlastRadius({ id: "n1", kind: "node" }, topology)).toMatchObject({
    size: "medium",
    entities: ["front", "orders", "orders-1"],
    why: expect.stringContaining("run on it"),
  });
});
