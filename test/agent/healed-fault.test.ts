import { expect, it } from "vitest";
import { healedFault, type Recorded } from "../../src/agent/healed-fault.ts";
import type { Series } from "../../src/domain/telemetry.ts";
import { anIncident } from "../fakes.ts";

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 30, 9, 0);
const series = (metric: string, values: number[], startMs = START_MS, entity = "web"): Series => ({
  entity,
  entityKind: "service",
  metric,
  timesMs: values.map((_, at) => startMs + at * MINUTE_MS),
  values,
});
const usual = Array.from({ length: 300 }, (_, at) => 0.1 + 0.01 * (at % 5));
/** Quiet for 10 min, then `bad` for 5 min, then quiet. */
const burst = (bad: number): number[] => usual.slice(0, 40).map((value, at) => (at >= 10 && at < 15 ? bad : value));
const recorded = (own: Series[]): Recorded[] => [
  {
    signal: "metric",
    own,
    shared: own.map(({ metric, entity }) => series(metric, usual, START_MS - 86_400_000, entity)),
  },
];
const at = (minute: number) => START_MS + minute * MINUTE_MS;
const incident = (alarmMinute: number) =>
  anIncident({
    alarmAtMs: at(alarmMinute),
    entry: "web",
    window: { startMs: START_MS, endMs: at(60) },
    baseline: { window: null, shared: "quiet-day" },
  });

it("dates what the entry went through and got over before a late alarm", () => {
  expect(healedFault(incident(30), recorded([series("latency_p95", burst(0.5))]), [])).toMatchObject({
    earliestMs: at(9),
    latestMs: at(10),
    shape: "burst",
    overMs: at(15),
  });
});

it("says that a fault lasts if it was there at the alarm", () => {
  expect(healedFault(incident(13), recorded([series("latency_p95", burst(0.5))]), [])).toMatchObject({
    latestMs: at(10),
    shape: "step",
    overMs: null,
  });
});

it("finds nothing if the alarm came at once, or users did not notice", () => {
  expect(healedFault(incident(10), recorded([series("latency_p95", burst(0.5))]), [])).toBeNull();
  expect(healedFault(incident(30), recorded([series("latency_p95", burst(0.11))]), [])).toBeNull();
  expect(healedFault(incident(30), recorded([series("cpu_usage", burst(0.5))]), [])).toBeNull();
  expect(healedFault(incident(30), recorded([series("latency_p95", burst(0.5), START_MS, "batch")]), [])).toBeNull();
});

it("counts what the alert names like the entry", () => {
  const batch = recorded([series("latency_p95", burst(0.5), START_MS, "batch")]);
  expect(healedFault(incident(30), batch, ["batch"])).toMatchObject({ latestMs: at(10) });
});
