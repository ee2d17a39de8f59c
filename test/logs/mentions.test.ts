import { expect, it } from "vitest";
import { Mentions } from "../../src/logs/mentions.ts";

const mentions = new Mentions(
  ["Shop.Orders.Api", "Shop.Stock", "payments", "APP01"],
  new Map([["payments-0", "payments"]]),
);

it.each([
  ["Shop.Stock GET /v1/stock answered 500", "Shop.Stock"],
  ["could not reach payments-0.", "payments"],
  ["dial tcp: lookup payments.prod.svc.cluster.local: no such host", "payments"],
  ['{"msg":"call to Shop.Stock failed","MachineName":"APP01"}', "Shop.Stock"],
  ['{"msg":"retry","MachineName":"APP01"}', null],
  ["hostname=APP01 retry", null],
  ["Shop.Orders.Api started", null],
])("finds the other service in: %s", (text, expected) => {
  expect(mentions.find(text, "Shop.Orders.Api")).toBe(expected);
});

it("takes a host for another service if the line is about it", () => {
  expect(mentions.find("ping APP01 timed out", "payments")).toBe("APP01");
});
