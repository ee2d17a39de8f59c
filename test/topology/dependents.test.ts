import { expect, it } from "vitest";
import { dependentsOf } from "../../src/topology/dependents.ts";
import { dependencyGraph } from "../../src/topology/graph.ts";

const graph = dependencyGraph({
  nodes: [],
  edges: [
    { from: "web", to: "orders", kind: "calls" },
    { from: "orders", to: "store", kind: "calls" },
    { from: "store", to: "orders", kind: "calls" },
    { from: "orders-0", to: "orders", kind: "member_of" },
    { from: "orders-0", to: "node-1", kind: "runs_on" },
  ],
});

it.each([
  [["web"], ["web"]],
  [["store"], ["orders", "store", "web"]],
  [["orders-0"], ["orders", "orders-0", "store", "web"]],
  [["node-1"], ["node-1", "orders", "orders-0", "store", "web"]],
  [["stranger"], ["stranger"]],
  [[], []],
])("a fault in %j reaches %j", (faulty, reached) => {
  expect(dependentsOf(faulty, graph)).toEqual(reached);
});
