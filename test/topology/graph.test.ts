import { expect, it } from "vitest";
import { workloadOfPod } from "../../src/domain/pod-names.ts";
import { dependencyGraph, hopsFrom, shortestPath } from "../../src/topology/graph.ts";
import { joinTopology } from "../../src/topology/join.ts";

const calls = (from: string, to: string) => ({ from, to, kind: "calls" });
const graph = dependencyGraph({
  nodes: [
    { id: "web", kind: "service" },
    { id: "web-0", kind: "pod" },
  ],
  edges: [
    calls("web", "cart"),
    calls("cart", "db"),
    calls("db", "cart"),
    calls("web", "web"),
    { from: "web-0", to: "web", kind: "member_of" },
    { from: "web-0", to: "n1", kind: "runs_on" },
  ],
});

it("walks calls in both directions, without edges from a node to itself", () => {
  expect(graph.callees.get("web")).toEqual(["cart"]);
  expect(graph.callers.get("cart")).toEqual(["db", "web"]);
  expect(graph.ownerOf.get("web-0")).toBe("web");
  expect(graph.hostOf.get("web-0")).toBe("n1");
});

it("counts hops through a cycle once", () => {
  expect([...hopsFrom("web", graph.callees)]).toEqual([
    ["web", 0],
    ["cart", 1],
    ["db", 2],
  ]);
});

it("finds a shortest path, and null if there is none", () => {
  expect(shortestPath("web", "db", graph.callees)).toEqual(["web", "cart", "db"]);
  expect(shortestPath("db", "web", graph.callees)).toBeNull();
});

it.each([
  ["checkout-7dcdfcb995-95th2", "checkout"],
  ["order-other-6cdbf9b4cc-swvb5", "order-other"],
  ["redis-cart-0", "redis-cart"],
  ["frontend", null],
])("reads the workload of %s as %s", (pod, workload) => {
  expect(workloadOfPod(pod)).toBe(workload);
});

it("joins several sources without duplicates, and reads a pod's owner from its name", () => {
  const joined = joinTopology([
    { nodes: [{ id: "web", kind: "unknown" }], edges: [calls("web", "cart")] },
    {
      nodes: [
        { id: "web", kind: "service" },
        { id: "cart-0", kind: "pod" },
      ],
      edges: [calls("web", "cart")],
    },
  ]);
  expect(joined).toEqual({
    nodes: [
      { id: "cart", kind: "service" },
      { id: "cart-0", kind: "pod" },
      { id: "web", kind: "service" },
    ],
    edges: [calls("web", "cart"), { from: "cart-0", to: "cart", kind: "member_of" }],
  });
});

it("does not depend on the order of edges", () => {
  const [a, b] = [calls("a", "b"), calls("b", "c")];
  expect(joinTopology([{ nodes: [], edges: [a, b] }])).toEqual(joinTopology([{ nodes: [], edges: [b, a] }]));
});
