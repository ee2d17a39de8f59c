import { expect, it } from "vitest";
import { readAlert } from "../../src/alerts/alert-reading.ts";
import type { Alert } from "../../src/domain/telemetry.ts";

const metricAlert = (name: string, direction: Alert["direction"], entityKind = "service"): Alert => ({
  signal: "metric",
  name,
  direction,
  entity: "cart",
  entityKind,
  peer: null,
  message: null,
  count: 1,
  timeUnixMs: 0,
});

it.each([
  ["CpuUsage", "up", "cpu", 1],
  ["http_requests", "up", "traffic", 0],
  ["http_requests", "down", "traffic", 1],
  ["HighErrorRate", "up", "error", 0.5],
  ["success_rate", "down", "error", 0.5],
  ["InstanceDown", "down", "instance", 1],
  ["KubePodCrashLooping", null, "restart", 1],
  ["WARNING: queue depth", "up", "queue", 1],
  ["SomethingOdd", "up", "SomethingOdd", 0.5],
] as const)("weighs %s %s as %s: %d", (name, direction, family, weight) => {
  expect(readAlert(metricAlert(name, direction))).toMatchObject({ family, weight });
});

it("reverses the direction for the remaining part of a resource", () => {
  expect(readAlert(metricAlert("node_memory_MemAvailable_bytes", "down")).weight).toBe(1);
  expect(readAlert(metricAlert("node_memory_MemAvailable_bytes", "up")).weight).toBe(0);
});

it.each([
  ["fs_usage", "pod", 0],
  ["fs_usage", "node", 1],
  ["PersistentVolumeFillingUp", "pod", 1],
  ["container_fs_reads", "pod", 1],
])("weighs a disk alert %s of a %s with %d", (name, entityKind, weight) => {
  expect(readAlert(metricAlert(name, "up", entityKind)).weight).toBe(weight);
});
