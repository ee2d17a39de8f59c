import { expect, it } from "vitest";
import { readSignal, signalWords } from "../../src/domain/signals.ts";

it.each([
  ["http_server_request_duration_seconds_p90", "latency", "up"],
  ["http_server_request_errors_total", "error", "up"],
  ["container_cpu_usage_seconds_total", "cpu", "up"],
  ["process_resident_memory_bytes", "memory", "up"],
  ["db_client_connections_usage", "pool", "up"],
  ["availability_Average", "availability", "down"],
  ["PodServerLatencyP90(s)", "latency", "up"],
  ["kube_pod_container_status_restarts_total", "restart", "both"],
  ["requests_per_sec", "traffic", "both"],
  ["system.io.w_s", "disk", "up"],
  ["room_temperature", "other", "both"],
])("reads %s as %s, bad when it goes %s", (metric, family, hurts) => {
  expect(readSignal(metric)).toMatchObject({ family, hurts });
});

it("tells a host's figure from the pod's own", () => {
  expect(readSignal("NodeCpuUsageRate(%)").ofNode).toBe(true);
  expect(readSignal("CpuUsageRate(%)").ofNode).toBe(false);
});

it("cuts names of every style into words", () => {
  expect(signalWords("HTTPServer.requestDuration-p99(ms)")).toEqual([
    "http",
    "server",
    "request",
    "duration",
    "p99",
    "ms",
  ]);
});
