import { describe, expect, it } from "vitest";
import { metricFindings } from "../../src/metrics/findings.ts";
import { readSignal } from "../../src/domain/signals.ts";
import { anIncident } from "../fakes.ts";

const MINUTE_MS = 60_000;
/** An hour of quiet, then twenty minutes of incident. */
const findingsOf = (metric: string, quiet: (at: number) => number, bad: (at: number) => number) =>
  metricFindings({
    own: [
      {
        entity: "node-a",
        entityKind: "node",
        metric,
        timesMs: Array.from({ length: 80 }, (_, at) => at * MINUTE_MS),
        values: Array.from({ length: 80 }, (_, at) => (at < 60 ? quiet(at) : bad(at))),
      },
    ],
    shared: [],
    incident: anIncident({ alarmAtMs: 61 * MINUTE_MS }),
    connector: "files",
    query: "metrics",
  });

describe("a metric of what is left", () => {
  it.each([
    ["node_memory_MemAvailable_bytes", "memory"],
    ['node_filesystem_avail_bytes{mountpoint="/"}', "disk space"],
    ["FreeableMemory", "memory"],
    ["FreeStorageSpace", "disk space"],
    ["Available Memory Bytes", "memory"],
    ["kubelet_volume_stats_available_bytes", "disk space"],
    ["BurstBalance", "disk"],
    ["CPUCreditBalance", "cpu"],
    ["hikaricp_connections_idle", "pool"],
    ["tomcat_threads_idle", "threads"],
    ["windows_logical_disk_free_bytes", "disk space"],
    ["pool_remaining", "pool"],
  ])("%s that falls to nothing is a finding about %s", (metric, family) => {
    expect(
      findingsOf(
        metric,
        (at) => 8000 + 10 * (at % 7),
        () => 20,
      ),
    ).toMatchObject([
      { kind: "metric.shift", evidence: { facts: { family, direction: "down", of_what_is_left: "yes" } } },
    ]);
  });

  it("is none where more is left", () => {
    expect(
      findingsOf(
        "FreeableMemory",
        (at) => 800 + (at % 7),
        () => 8000,
      ),
    ).toEqual([]);
  });
});

it.each([
  ["redis_up", "down"],
  ["HealthyHostCount", "down"],
  ["UnHealthyHostCount", "up"],
  ["kube_deployment_status_replicas_available", "down"],
  ["kube_deployment_status_replicas_unavailable", "up"],
  ['kube_pod_status_ready{condition="false"}', "up"],
  ["cache_hit_ratio", "down"],
  ["resilience4j_ratelimiter_available_permissions", "down"],
  ['pg_stat_activity_count{state="idle in transaction"}', "up"],
  ["SuccessE2ELatency", "up"],
  ["backup_last_success_age_hours", "up"],
])("%s hurts when it goes %s", (metric, hurts) => {
  expect(readSignal(metric).hurts).toBe(hurts);
});

it.each([
  ['http_requests_total{code="503"}', "error"],
  ['http_requests_total{code="2xx"}', "traffic"],
  ['grpc_server_handled_requests_total{outcome="SERVER_ERROR"}', "error"],
  ['calls_total{success="false"}', "error"],
  ['calls_total{success="true"}', "traffic"],
  ['http_requests_total{route="/errors",instance="fail-1"}', "traffic"],
  ["http.requests{status:500}", "error"],
  ["job:http_request_duration_seconds:p95", "latency"],
  ["Latency:errors->pool", "latency"],
])("reads the labels and parts of %s: %s", (metric, family) => {
  expect(readSignal(metric).family).toBe(family);
});

describe("a CPU with time to spare", () => {
  const cpu = (metric: string, after: number) =>
    findingsOf(
      metric,
      (at) => 0.18 * after + (at % 5) / 100,
      () => after,
    );

  it.each([
    ["CPUUtilization", 50],
    ["Percentage CPU", 45],
    ["system.cpu.utilization", 0.5],
    ["CpuUsageRate(%)", 30],
  ])("%s at %d is marked: nothing waits for it", (metric, after) => {
    expect(cpu(metric, after)[0]?.evidence.facts).toMatchObject({ far_from_bound: "yes" });
  });

  it.each([
    ["CPUUtilization", 96],
    ["system.cpu.utilization", 0.97],
    ["node_load1", 50],
  ])("%s at %d is not", (metric, after) => {
    expect(cpu(metric, after)[0]?.evidence.facts.far_from_bound).toBeUndefined();
  });
});
