import { expect, it } from "vitest";
import { metricCall } from "../../src/metrics/metric-call.ts";

it("finds both ends of a metric about a call", () => {
  expect(metricCall("SuccessRate:web->cart")).toEqual({ caller: "web", callee: "cart" });
  expect(metricCall("db:connections")).toBeNull();
});
