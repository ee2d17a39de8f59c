import { expect, it } from "vitest";
import { aliasesOf, collapseAliases } from "../../src/topology/aliases.ts";

const topology = (calls: readonly (readonly [string, string])[]) => ({
  nodes: [...new Set(calls.flat())].map((id) => ({ id, kind: "service" })),
  edges: calls.map(([from, to]) => ({ from, to, kind: "calls" })),
});

it("takes a client's and the platform's view of one service for that service", () => {
  const told = topology([
    ["web", "orders_client"],
    ["orders_client", "orders_AWS::ECS::Task"],
    ["orders_AWS::ECS::Task", "db"],
  ]);
  expect(Object.fromEntries(aliasesOf(told))).toEqual({ orders_client: "orders_AWS::ECS::Task" });
});

it("finds the service behind a load balancer by the token that singles it out", () => {
  const told = topology([
    ["web", "orders-api"],
    ["web", "prod-order.elb.example.com_remote"],
    ["web", "prod-stock.elb.example.com_remote"],
    ["web", "stock-api"],
  ]);
  expect(aliasesOf(told).get("prod-order.elb.example.com_remote")).toBe("orders-api");
  expect(aliasesOf(told).get("prod-stock.elb.example.com_remote")).toBe("stock-api");
});

it("leaves a host that nobody's name tells of as it is", () => {
  expect(
    aliasesOf(
      topology([
        ["web", "api.payments.example.com"],
        ["web", "cart"],
      ]),
    ).size,
  ).toBe(0);
});

it("replaces aliases in the edges, and drops steps of a node onto itself", () => {
  const told = topology([
    ["orders_client", "orders"],
    ["web", "orders_client"],
  ]);
  expect(collapseAliases(told, aliasesOf(told))).toEqual({
    nodes: [
      { id: "orders", kind: "service" },
      { id: "web", kind: "service" },
    ],
    edges: [{ from: "web", to: "orders", kind: "calls" }],
  });
});

it("takes a sidecar, and the load balancer in front, for the service", () => {
  const told = topology([
    ["web", "orders-lb"],
    ["orders-lb", "orders-envoy"],
    ["orders-envoy", "orders"],
    ["orders", "album"],
  ]);
  expect(Object.fromEntries(aliasesOf(told))).toEqual({ "orders-lb": "orders", "orders-envoy": "orders" });
});
