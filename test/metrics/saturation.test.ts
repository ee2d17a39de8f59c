import { expect, it } from "vitest";
import { metricFindings } from "../../src/metrics/findings.ts";
import { anIncident } from "../fakes.ts";

const ALARM_MS = 600_000;
const timesMs = Array.from({ length: 90 }, (_, n) => n * 10_000);
const series = (metric: string, before: number, during: number, entity = "cart") => ({
  entity,
  entityKind: "service",
  metric,
  timesMs,
  values: timesMs.map((timeMs) => (timeMs >= ALARM_MS ? during : before)),
});
/** A counter with the given rate per second. */
const counter = (metric: string, before: number, during: number) => {
  let sum = 0;
  return {
    ...series(metric, 0, 0),
    values: timesMs.map((timeMs) => (sum += 10 * (timeMs >= ALARM_MS ? during : before))),
  };
};
const full = (...own: ReturnType<typeof series>[]) =>
  metricFindings({
    own,
    shared: [],
    incident: anIncident({ alarmAtMs: ALARM_MS }),
    connector: "files",
    query: "metrics",
  }).filter(({ kind }) => kind === "metric.saturation");

it.each([
  ["a pool", "pool", [series("db_client_connections_usage", 1, 6), series("db_client_connections_max", 6, 6)]],
  [
    "a pool of another library",
    "pool",
    [series("hikaricp_connections_active", 2, 10), series("hikaricp_connections_max", 10, 10)],
  ],
  [
    "memory under a limit",
    "memory",
    [series("container_memory_working_set_bytes", 2e8, 9.9e8), series("container_spec_memory_limit_bytes", 1e9, 1e9)],
  ],
  [
    "memory of a node",
    "memory",
    [series("node_memory_MemAvailable_bytes", 4e9, 1e8), series("node_memory_MemTotal_bytes", 8e9, 8e9)],
  ],
  [
    "a filesystem",
    "disk space",
    [series("node_filesystem_avail_bytes", 5e10, 1e9), series("node_filesystem_size_bytes", 1e11, 1e11)],
  ],
  ["open files", "threads", [series("process_open_fds", 100, 1020), series("process_max_fds", 1024, 1024)]],
  ["a share in percent", "cpu", [series("CpuUsageRate(%)", 20, 99)]],
  ["a share of one", "cpu", [series("system.cpu.utilization", 0.2, 0.99)]],
  ["a share in percent that does not say so", "cpu", [series("db_cpu_utilization", 20, 96)]],
  [
    "throttled periods",
    "cpu",
    [counter("container_cpu_cfs_throttled_periods_total", 0, 4), counter("container_cpu_cfs_periods_total", 10, 10)],
  ],
])("finds %s at its limit", (_, family, own) => {
  expect(full(...own)).toMatchObject([
    { entity: { id: "cart" }, onsetMs: ALARM_MS, evidence: { facts: { family, direction: "up" } } },
  ]);
});

it("reports the use before and now, with figures that the facts hold", () => {
  const [finding] = full(series("db_client_connections_usage", 1, 6), series("db_client_connections_max", 6, 6));
  expect(finding?.summary).toBe(
    "cart: db_client_connections_usage reached 100 % of db_client_connections_max, from 16.7 %",
  );
  expect(finding?.evidence.facts).toMatchObject({ before: 16.7, after: 100, bound: "db_client_connections_max" });
});

it.each([
  ["was full before as well", [series("CpuUsageRate(%)", 99, 99)]],
  ["is told without its bound", [series("process_resident_memory_bytes", 1e8, 1e9)]],
  [
    "has no bound but nought, which is none",
    [series("container_memory_usage_bytes", 2e8, 9e8), series("container_spec_memory_limit_bytes", 0, 0)],
  ],
  [
    "belongs to somebody else than the bound",
    [series("db_client_connections_usage", 1, 6), series("db_client_connections_max", 6, 6, "web")],
  ],
  ["may be above one, as several cores are", [series("CpuUsageRate(%)", 120, 300)]],
  ["is a share of requests, not of a resource", [series("http_error_ratio", 0, 1), series("cache_hit_ratio", 0.1, 1)]],
  [
    "is free memory, which caches fill",
    [series("node_memory_MemFree_bytes", 4e9, 1e8), series("node_memory_MemTotal_bytes", 8e9, 8e9)],
  ],
  [
    "was given a larger bound",
    [series("db_client_connections_usage", 5, 30), series("db_client_connections_max", 6, 60)],
  ],
])("does not blame what %s", (_, own) => {
  expect(full(...own)).toEqual([]);
});

it("compares with the limit of the time: a lowered limit is reached by the same use", () => {
  expect(full(series("db_pool_in_use", 9, 9), series("db_pool_max_conns", 50, 9))).toHaveLength(1);
});

it("needs at least three samples, but no baseline", () => {
  const short = (length: number) => ({
    ...series("CpuUsageRate(%)", 99, 99),
    timesMs: timesMs.slice(60, 60 + length),
    values: timesMs.slice(60, 60 + length).map(() => 99),
  });
  expect(full(short(2))).toEqual([]);
  expect(full(short(9))).toMatchObject([
    { summary: "cart: CpuUsageRate(%) reached 99 % of its limit", evidence: { facts: { before: null } } },
  ]);
});

it.each([
  ["mysql_global_status_threads_connected", "mysql_global_variables_max_connections", 300, 495, 500],
  ["redis_connected_clients", "redis_config_maxclients", 100, 9990, 10_000],
  ["process_open_fds", "process_max_fds", 60, 1020, 1024],
  ['jvm_memory_used_bytes{area="heap"}', 'jvm_memory_max_bytes{area="heap"}', 40, 99, 100],
  ["tomcat_threads_busy", "tomcat_threads_config_max", 10, 200, 200],
])("pairs %s with %s", (used, bound, before, during, limit) => {
  expect(full(series(used, before, during), series(bound, limit, limit))).toHaveLength(1);
});

it("pairs the space of a disk with the size of the same disk", () => {
  const small = series('node_filesystem_size_bytes{mountpoint="/tmp"}', 100, 100);
  const large = series('node_filesystem_size_bytes{mountpoint="/data"}', 10_000, 10_000);
  const left = series('node_filesystem_avail_bytes{mountpoint="/data"}', 5000, 90);
  expect(full(small, left, large)).toMatchObject([
    { evidence: { facts: { family: "disk space", bound: large.metric } } },
  ]);
  expect(full(small, left)).toEqual([]);
});

it("reads a share that is left: five percent or less is full", () => {
  expect(full(series("disk_free_percent", 40, 2))).toMatchObject([{ evidence: { facts: { family: "disk space" } } }]);
  expect(full(series("disk_free_percent", 40, 12))).toEqual([]);
});
