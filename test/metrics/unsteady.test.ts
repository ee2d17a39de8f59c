import { expect, it } from "vitest";
import type { Series } from "../../src/domain/telemetry.ts";
import { unsteadyFindings } from "../../src/metrics/unsteady.ts";
import { anIncident } from "../fakes.ts";

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 30, 9, 0);
const incident = anIncident({ alarmAtMs: START_MS + 100 * MINUTE_MS, entry: "shop" });
const series = (metric: string, at: (minute: number) => number): Series => {
  const minutes = Array.from({ length: 120 }, (_, minute) => minute);
  return {
    entity: "shop",
    entityKind: "service",
    metric,
    timesMs: minutes.map((minute) => START_MS + minute * MINUTE_MS),
    values: minutes.map((minute) => at(minute) * (1 + 0.05 * ((minute % 5) - 2))),
  };
};
const summaries = (...own: Series[]): string[] =>
  unsteadyFindings(own, { incident, connector: "fake", query: "q" }).map(({ summary }) => summary);

it.each([
  ["a slow leak", (minute: number) => 0.1 + 0.003 * Math.max(0, minute - 20)],
  ["a fault that had passed before the alarm", (minute: number) => (minute >= 40 && minute < 60 ? 0.5 : 0.1)],
  ["a fault older than the first record that ended later", (minute: number) => (minute < 50 ? 0.5 : 0.1)],
])("finds that %s left no quiet time", (_, at) => {
  expect(summaries(series("request_duration_p95", at))).toEqual([expect.stringContaining("is not steady")]);
});

it("finds nothing where latency and errors are steady", () => {
  expect(
    summaries(
      series("request_duration_p95", () => 0.1),
      series("error_rate", () => 0.002),
    ),
  ).toEqual([]);
  expect(
    summaries(
      series("availability", () => 0.999),
      series("success_percentage", () => 99.9),
    ),
  ).toEqual([]);
});

it("does not care how busy a resource is", () => {
  expect(summaries(series("cpu_usage", (minute) => minute))).toEqual([]);
});

it("finds that requests failed from the first record on", () => {
  expect(summaries(series("error_rate", () => 0.2))).toEqual([
    "shop: error_rate is 0.2 at best, so 20 % of the requests fail since the first record: the fault may be older",
  ]);
  expect(summaries(series("availability", () => 80))).toEqual([
    expect.stringContaining("so 20 % of the requests fail"),
  ]);
});

it("takes a duration for no share of requests", () => {
  expect(summaries(series("request_duration_seconds", () => 0.4))).toEqual([]);
});

it("leaves a quiet time apart from the incident to the comparison with it", () => {
  const own = [series("error_rate", () => 0.2)];
  const apart = { ...incident, baseline: { window: null, shared: "quiet-day" } };
  expect(unsteadyFindings(own, { incident: apart, connector: "fake", query: "q" })).toEqual([]);
});
