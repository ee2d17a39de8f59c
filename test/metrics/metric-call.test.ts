import { expect, it } from "vitest";
import { metricCall } from "../../src/metrics/metric-call.ts";

it("reads caller and callee from a call metric", () => {
  expect(metricCall("SuccessRate:web->cart")).toEqual({ caller: "web", callee: "cart" });
  expect(metricCall("db:connections")).toBeNull();
});
