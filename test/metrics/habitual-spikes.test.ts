import { describe, expect, it } from "vitest";
import { metricFindings } from "../../src/metrics/findings.ts";
import { anIncident } from "../fakes.ts";

const MINUTE_MS = 60_000;
const SPLIT = 100;
const samples = Array.from({ length: 125 }, (_, at) => at);
const series = (metric: string, value: (at: number) => number | null, entity = "app-1") => {
  const kept = samples.filter((at) => value(at) !== null);
  return {
    entity,
    entityKind: "host",
    metric,
    timesMs: kept.map((at) => at * MINUTE_MS),
    values: kept.map((at) => value(at) ?? 0),
  };
};
const find = (...own: ReturnType<typeof series>[]) =>
  metricFindings({
    own,
    shared: [],
    incident: anIncident({ alarmAtMs: (SPLIT + 1) * MINUTE_MS }),
    connector: "files",
    query: "metrics",
  });
const noise = (at: number): number => 20 + (at % 5);

describe("spikes that quiet time has too", () => {
  it.each([
    ["a CPU that flaps", "cpu_usage", (at: number) => at % 17 < 3],
    ["a latency that flaps", "latency_p95", (at: number) => at % 12 < 2],
    ["a cron of each quarter of an hour", "disk_io_time", (at: number) => at % 15 < 3],
    ["a job of each half hour", "cpu_usage", (at: number) => at > 50 && (at + 15) % 30 < 4],
    ["errors that flap twice an hour", "error_rate", (at: number) => [31, 32, 77, 78, 105, 106, 107].includes(at)],
    ["a job of each hour, seen once", "queue_depth", (at: number) => (at + 13) % 60 < 4],
    ["a backup at the minute, seen once", "network_transmit_bytes", (at: number) => at >= 47 && (at - 47) % 60 < 4],
  ])("are no finding: %s", (_, metric, isHigh) => {
    expect(find(series(metric, (at) => (isHigh(at) ? 90 : noise(at))))).toEqual([]);
  });

  it.each([
    ["last longer", (at: number) => at % 50 < 2 || at >= SPLIT + 4],
    ["go on at the end", (at: number) => at % 40 < 1 || at >= 121],
    ["come much more often", (at: number) => (at < SPLIT ? at % 50 < 2 : at % 5 < 3)],
    ["were never seen before", (at: number) => at >= SPLIT && at % 5 < 3],
  ])("are a finding if they %s", (_, isHigh) => {
    expect(find(series("cpu_usage", (at) => (isHigh(at) ? 90 : noise(at))))).toHaveLength(1);
  });

  it("are a finding if they rise far above those before", () => {
    const height = (at: number): number => (at % 17 < 3 ? (at < SPLIT ? 50 : 200) : noise(at));
    expect(find(series("queue_depth", height))).toHaveLength(1);
  });
});

describe("monitoring", () => {
  const isGap = (at: number): boolean => at >= SPLIT && at < SPLIT + 12;

  it("that misses all series of a host for a while, and counters that catch up, are no finding", () => {
    const counter = (at: number): number => 1e6 + 600 * at + (at % 5);
    expect(
      find(
        series("http_requests_total", (at) => (isGap(at) ? null : counter(at))),
        series("http_errors_total", (at) => (isGap(at) ? null : 10 + at)),
        series("memory_used_bytes", (at) => (isGap(at) ? null : noise(at))),
        series("node_network_receive_bytes_total", (at) => (isGap(at) ? null : 50 * counter(at))),
        series("latency_p95", (at) => (isGap(at) ? null : noise(at))),
      ),
    ).toEqual([]);
  });

  it("with another scrape interval than before is no finding", () => {
    const counter = (at: number): number => 1e6 + 600 * at;
    expect(find(series("http_requests_total", (at) => (at < SPLIT || at % 4 === 0 ? counter(at) : null)))).toEqual([]);
  });

  it.each(["http_requests_total", "memory_available_bytes", "kube_pod_status_ready", "cpu_usage", "rps"])(
    "of %s: a pod that ends and its successor are no fall",
    (metric) => {
      const value = metric.endsWith("total") ? (at: number) => 600 * at : noise;
      expect(
        find(
          series(metric, (at) => (at < SPLIT + 2 ? value(at) : null), "web-old"),
          series(metric, (at) => (at >= SPLIT + 2 ? value(at - SPLIT) : null), "web-new"),
        ),
      ).toEqual([]);
    },
  );
});
