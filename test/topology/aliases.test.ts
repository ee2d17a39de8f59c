import { expect, it } from "vitest";
import { aliasesOf, collapseAliases } from "../../src/topology/aliases.ts";

const topology = (calls: readonly (readonly [string, string])[]) => ({
  nodes: [...new Set(calls.flat())].map((id) => ({ id, kind: "service" })),
  edges: calls.map(([from, to]) => ({ from, to, kind: "calls" })),
});

it("maps a client's and the platform's view of a service to that service", () => {
  const given = topology([
    ["web", "orders_client"],
    ["orders_client", "orders_AWS::ECS::Task"],
    ["orders_AWS::ECS::Task", "db"],
  ]);
  expect(Object.fromEntries(aliasesOf(given))).toEqual({ orders_client: "orders_AWS::ECS::Task" });
});

it("finds the service behind a load balancer by a unique token of its name", () => {
  const given = topology([
    ["web", "orders-api"],
    ["web", "prod-order.elb.example.com_remote"],
    ["web", "prod-stock.elb.example.com_remote"],
    ["web", "stock-api"],
  ]);
  expect(aliasesOf(given).get("prod-order.elb.example.com_remote")).toBe("orders-api");
  expect(aliasesOf(given).get("prod-stock.elb.example.com_remote")).toBe("stock-api");
});

it("keeps a host that shares no token with a service name", () => {
  expect(
    aliasesOf(
      topology([
        ["web", "api.payments.example.com"],
        ["web", "cart"],
      ]),
    ).size,
  ).toBe(0);
});

it("replaces aliases in the edges, and drops edges from a node to itself", () => {
  const given = topology([
    ["orders_client", "orders"],
    ["web", "orders_client"],
  ]);
  expect(collapseAliases(given, aliasesOf(given))).toEqual({
    nodes: [
      { id: "orders", kind: "service" },
      { id: "web", kind: "service" },
    ],
    edges: [{ from: "web", to: "orders", kind: "calls" }],
  });
});

it("maps a sidecar and the load balancer in front to the service", () => {
  const given = topology([
    ["web", "orders-lb"],
    ["orders-lb", "orders-envoy"],
    ["orders-envoy", "orders"],
    ["orders", "album"],
  ]);
  expect(Object.fromEntries(aliasesOf(given))).toEqual({ "orders-lb": "orders", "orders-envoy": "orders" });
});
