import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diskPartOf, readSignal, signalWords, sliOf, userSliOf } from "../../src/domain/signals.ts";

it.each([
  // OpenTelemetry
  ["http_server_request_duration_seconds_p90", "latency", "up"],
  ["db_client_connections_usage", "pool", "up"],
  ["system.network.io", "network", "both"],
  ["system.filesystem.utilization", "disk", "up"],
  // Prometheus exporters and client libraries
  ["http_server_request_errors_total", "error", "up"],
  ["process_resident_memory_bytes", "memory", "up"],
  ["hikaricp_connections_pending", "pool", "up"],
  ["kafka_consumergroup_lag", "queue", "up"],
  ["go_goroutines", "threads", "up"],
  ["redis_up", "instance", "down"],
  // cAdvisor, kube-state-metrics, node_exporter
  ["container_cpu_usage_seconds_total", "cpu", "up"],
  ["container_cpu_cfs_throttled_periods_total", "cpu", "up"],
  ["kube_pod_container_status_restarts_total", "restart", "both"],
  ["node_netstat_Tcp_RetransSegs", "network", "up"],
  ["node_load5", "cpu", "up"],
  // vendors and plain words
  ["availability_Average", "availability", "down"],
  ["PodServerLatencyP90(s)", "latency", "up"],
  ["requests_per_sec", "traffic", "both"],
  ["system.io.w_s", "disk", "up"],
  ["dynamodb_write_throttle_ratio", "error", "up"],
  ["room_temperature", "other", "both"],
  ["rabbitmq_queue_messages_ready", "queue", "up"],
  ["rabbitmq_queue_messages_unacked", "queue", "up"],
  ["ApproximateNumberOfMessagesVisible", "queue", "up"],
  ["rabbitmq_queue_consumers", "queue", "down"],
  ["activemq_queue_consumer_count", "queue", "down"],
  ["kafka_consumergroup_members", "queue", "down"],
])("reads metric %s as %s, which hurts %s", (metric, family, hurts) => {
  expect(readSignal(metric)).toMatchObject({ family, hurts });
});

it.each([
  ["KubePodCrashLooping", "restart"],
  ["KubePodNotReady", "instance"],
  ["TargetDown", "instance"],
  ["HighErrorRate", "error"],
  ["CPUThrottlingHigh", "cpu"],
  ["HostOutOfMemory", "memory"],
  ["ContainerOOMKilled", "memory"],
  ["PersistentVolumeFillingUp", "disk"],
  ["KafkaConsumersGroupLag", "queue"],
  ["PostgresqlTooManyConnections", "pool"],
])("reads alert %s as %s", (alert, family) => {
  expect(readSignal(alert).family).toBe(family);
});

describe("the remaining part of a resource", () => {
  it.each([
    "node_memory_MemAvailable_bytes",
    'node_cpu_seconds_total{mode="idle"}',
    "node_filesystem_avail_bytes",
    "hikaricp_connections_idle",
  ])("%s hurts when it falls", (metric) => {
    expect(readSignal(metric).hurts).toBe("down");
  });

  it("does not apply to free memory, because page caches use it by design", () => {
    expect(readSignal("node_memory_MemFree_bytes").hurts).toBe("up");
  });
});

it.each([
  ["cpu_usage_p95", "cpu"],
  ["page_load_duration", "latency"],
  ["memory_persist_error_ratio", "error"],
])("assigns %s to the more specific family %s", (metric, family) => {
  expect(readSignal(metric).family).toBe(family);
});

it.each([
  ["http_server_duration_p99_ms", "milliseconds"],
  ["process_cpu_seconds_total", "seconds"],
  ["LatencyP90(s)", "seconds"],
  ["node_network_receive_bytes_total", "bytes"],
  ["MemoryUsage(Mi)", "bytes"],
  ["cache_hit_ratio", "ratio"],
  ["CpuUsageRate(%)", "percent"],
  ["system.cpu.pct_usage", "percent"],
  ["system.io.w_s", null],
  ["go_goroutines", null],
])("reads the unit of %s as %s", (metric, unit) => {
  expect(readSignal(metric).unit).toBe(unit);
});

it("distinguishes a figure of the host from the pod's own", () => {
  expect(readSignal("NodeCpuUsageRate(%)").ofNode).toBe(true);
  expect(readSignal("CpuUsageRate(%)").ofNode).toBe(false);
});

it("reads a call metric by the part before the colon", () => {
  expect(readSignal("Latency:cart->error-db").family).toBe("latency");
});

it("names the SLI that users feel, but not for calls that an entity makes", () => {
  expect(sliOf("http_server_request_duration_seconds_p90")).toBe("latency");
  expect(sliOf("probe_success")).toBe("errors");
  expect(sliOf("http_client_errors_per_second")).toBeNull();
  expect(sliOf("container_cpu_usage_seconds_total")).toBeNull();
  expect(userSliOf("instance")).toBe("errors");
  expect(userSliOf("a family of an older version")).toBeNull();
});

it("knows which side of a disk a signal is about", () => {
  expect(["container_fs_reads", "system.io.w_s", "system.disk.pct_usage", "node_disk_io_time"].map(diskPartOf)).toEqual(
    ["read", "write", "space", null],
  );
});

it("splits names of every style into words", () => {
  expect(signalWords("HTTPServer.requestDuration-p99(ms)")).toEqual([
    "http",
    "server",
    "request",
    "duration",
    "p99",
    "ms",
  ]);
});

const LABELS: Readonly<Record<string, string>> = {
  errors: "error",
  "errors, as success": "availability",
  "instance state": "instance",
  CPU: "cpu",
  "connection pool": "pool",
  restarts: "restart",
};
const HURTS: Readonly<Record<string, string>> = { rises: "up", falls: "down", changes: "both" };

it("reads each name in the table of docs/your-data.md as the table says", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/your-data.md"), "utf8");
  const rows = [...page.matchAll(/^\| ([^|]+) \| (`[^|]+`) \| (rises|falls|changes) \|$/gm)];
  expect(rows.length).toBeGreaterThan(10);
  for (const [, label = "", names = "", direction = ""] of rows) {
    for (const [, name = ""] of names.matchAll(/`([^`]+)`/g)) {
      const { family, hurts } = readSignal(name);
      expect([name, family, hurts]).toEqual([name, LABELS[label] ?? label, HURTS[direction]]);
    }
  }
});
