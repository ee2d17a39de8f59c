import { describe, expect, it } from "vitest";
import { comparable, metricFindings } from "../../src/metrics/findings.ts";
import type { Incident } from "../../src/domain/incident.ts";
import { anIncident } from "../fakes.ts";

const MINUTE_MS = 60_000;
const START_MS = Date.parse("2026-06-03T08:00:00Z");
const at = (minute: number): number => START_MS + minute * MINUTE_MS;
const given = (fromMin: number, splitMin: number, untilMin: number): Partial<Incident> => ({
  alarmAtMs: at(untilMin),
  window: { startMs: at(splitMin), endMs: at(untilMin) },
  baseline: { window: { startMs: at(fromMin), endMs: at(splitMin) }, shared: null },
});

/** Samples every `stepMin` minutes from minute 0 to `untilMin`. `valueOf` takes the minute and the sample's number. */
function series(metric: string, untilMin: number, stepMin: number, valueOf: (minute: number, nth: number) => number) {
  const minutes = Array.from({ length: Math.round(untilMin / stepMin) }, (_, nth) => nth * stepMin);
  return {
    entity: "orders",
    entityKind: "service",
    metric,
    timesMs: minutes.map(at),
    values: minutes.map((minute, nth) => valueOf(minute, nth)),
  };
}
const findingsOf = (own: ReturnType<typeof series>[], incident: Partial<Incident>) => {
  const input = { own, shared: [], incident: anIncident(incident), connector: "files", query: "metrics" };
  expect(comparable(input)).not.toEqual([]);
  return metricFindings(input).map(({ evidence: { facts } }) => [facts.metric, facts.family, facts.direction]);
};

describe("a recording that ends with its alarm, of which both sides are given", () => {
  it("shows a queue that nobody takes messages from", () => {
    const own = [
      series("rabbitmq_queue_messages_ready", 70, 1, (minute, nth) => (minute < 60 ? nth % 5 : (minute - 60) * 400)),
      series("rabbitmq_queue_consumers", 70, 1, (minute) => (minute < 60 ? 4 : 0)),
    ];
    expect(findingsOf(own, given(0, 60, 70))).toEqual([
      ["rabbitmq_queue_messages_ready", "queue", "up"],
      ["rabbitmq_queue_consumers", "queue", "down"],
    ]);
  });

  it("shows three points of five minutes each", () => {
    const own = [series("TargetResponseTime", 195, 5, (minute, nth) => (minute < 180 ? 0.2 + (nth % 4) / 100 : 3))];
    expect(findingsOf(own, given(0, 180, 195))).toEqual([["TargetResponseTime", "latency", "up"]]);
  });

  it("shows two minutes of a sample each five seconds", () => {
    const own = [series("request_latency_p95_ms", 42, 1 / 12, (minute, nth) => (minute < 40 ? 40 + (nth % 6) : 900))];
    expect(findingsOf(own, given(0, 40, 42))).toEqual([["request_latency_p95_ms", "latency", "up"]]);
  });

  it("shows what raw counters count", () => {
    const own = [
      series("http_requests_total", 60, 0.25, (_, nth) => nth * 300),
      series("http_requests_failed_total", 60, 0.25, (minute, nth) => (minute < 50 ? 0 : (nth - 200) * 90)),
    ];
    expect(findingsOf(own, given(0, 48, 60))).toEqual([["http_requests_failed_total", "error", "up"]]);
  });

  it("shows what differs from a quiet time of the day before", () => {
    const own = [
      series("http_request_duration_seconds_p99", 1500, 1, (minute, nth) =>
        minute < 1440 ? 0.1 + (nth % 5) / 100 : 2.5,
      ),
    ];
    const incident = given(0, 1440, 1500);
    const yesterday = { ...incident, baseline: { window: { startMs: at(0), endMs: at(60) }, shared: null } };
    expect(findingsOf(own, yesterday)).toEqual([["http_request_duration_seconds_p99", "latency", "up"]]);
  });

  it("shows a memory that fills until the alarm", () => {
    const own = [
      series(
        "container_memory_working_set_bytes",
        120,
        1,
        (minute, nth) => 4e8 + Math.max(0, minute - 90) * 1.2e7 + nth,
      ),
    ];
    expect(findingsOf(own, given(0, 90, 120))).toEqual([["container_memory_working_set_bytes", "memory", "up"]]);
  });
});

describe("a burst that was over while the recording went on", () => {
  const burst = (metric: string, quiet: number, bad: number, stepMin = 1) =>
    series(metric, 1440, stepMin, (minute, nth) =>
      minute >= 120 && minute < 126 ? bad : quiet * (1 + (nth % 5) / 20),
    );
  const onset = {
    atMs: at(120),
    earliestMs: at(119),
    latestMs: at(120),
    shape: "burst" as const,
    overMs: at(126),
    signals: ["metric"],
    signs: 1,
  };

  it.each([
    ["http_server_errors_per_second", 0.02, 6, "error", "up"],
    ["response_time_p95", 0.2, 4, "latency", "up"],
    ["success_rate", 0.99, 0.4, "availability", "down"],
    ["hikaricp_connections_pending", 1, 30, "pool", "up"],
    ["kafka_consumer_lag", 40, 90_000, "queue", "up"],
  ])("is not diluted by the hour after it: %s", (metric, quiet, bad, family, direction) => {
    for (const lag of [4, 8, 25])
      expect(findingsOf([burst(metric, quiet, bad)], { alarmAtMs: at(120 + lag), onset })).toEqual([
        [metric, family, direction],
      ]);
  });
});
