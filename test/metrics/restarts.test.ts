import { expect, it } from "vitest";
import { restartGauge, restartTimes } from "../../src/metrics/restarts.ts";

const series = (...values: number[]) => ({
  entity: "cart",
  entityKind: "service",
  metric: "m",
  timesMs: values.map((_, n) => n * 1000),
  values,
});

it.each([
  ["process_uptime_seconds", "falls"],
  ["process_start_time_seconds", "rises"],
  ["kube_pod_container_status_restarts_total", "rises"],
  ["http_requests_total", null],
])("reads %s as a gauge that %s at a restart", (metric, gauge) => {
  expect(restartGauge(metric)).toBe(gauge);
});

it("dates each restart by the first sample after it", () => {
  expect(restartTimes(series(10, 20, 1, 11, 0.4), "falls")).toEqual([2000, 4000]);
  expect(restartTimes(series(100, 100.02, 100.01, 250), "rises")).toEqual([3000]);
});

it("finds no restart in a running process, or in a single sample", () => {
  expect(restartTimes(series(1, 2, 3), "falls")).toEqual([]);
  expect(restartTimes(series(1), "falls")).toEqual([]);
});
