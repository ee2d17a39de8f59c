import { csv, FAULT_MS, logs, samples, spans } from "../made-shop.ts";
import { edited, type LayoutCase, type MadeTree } from "./made-tree.ts";

const DAY = "Market/cloudbed-1/telemetry/2026_03_01";
const pod = (service: string): string => `${service}-0`;
/** 18:30 in UTC+8. */
export const openrcaTree = (): MadeTree => ({
  "Market/cloudbed-1/query.csv": csv([
    ["task_index", "instruction", "scoring_points"],
    [
      "task_7",
      "On March 1, 2026, within the time range of 18:28 to 18:35, there was one failure. Find its time, component and reason.",
      "The only predicted root cause component is stock-0",
    ],
  ]),
  "Market/cloudbed-1/record.csv": csv([
    ["level", "component", "timestamp", "datetime", "reason"],
    ["pod", "stock-0", FAULT_MS / 1000, "2026-03-01 18:30:00", "container CPU load"],
    ["node", "node-2", FAULT_MS / 1000 + 86_400, "2026-03-02 18:30:00", "node disk space consumption"],
  ]),
  [`${DAY}/metric/metric_container.csv`]: csv([
    ["timestamp", "cmdb_id", "kpi_name", "value"],
    ...samples().map(({ timeMs, service, cpu }) => [
      timeMs / 1000,
      `node-1.${pod(service)}`,
      "container_cpu_usage_seconds",
      cpu,
    ]),
  ]),
  [`${DAY}/metric/metric_service.csv`]: csv([
    ["service", "timestamp", "rr", "sr", "mrt", "count"],
    ...samples(60_000).map(({ timeMs, service, latencyMs, errors }) => [
      `${service}-grpc`,
      timeMs / 1000,
      100,
      100 - errors,
      latencyMs,
      60,
    ]),
  ]),
  [`${DAY}/trace/trace_span.csv`]: csv([
    ["timestamp", "cmdb_id", "span_id", "trace_id", "duration", "type", "status_code", "operation_name", "parent_span"],
    ...spans().map(({ timeMs, service, id, trace, durationMs, failed, operation, parent }) => [
      timeMs,
      pod(service),
      id,
      trace,
      Math.round(durationMs * 1000),
      "rpc",
      failed ? 13 : 0,
      operation,
      parent,
    ]),
  ]),
  [`${DAY}/log/log_service.csv`]: csv([
    ["log_id", "timestamp", "cmdb_id", "log_name", "value"],
    ...logs().map(({ timeMs, service, text }, at) => [
      `l${at}`,
      Math.floor(timeMs / 1000),
      pod(service),
      `log_${service}`,
      text,
    ]),
  ]),
});

/** The columns of Telecom: other names, milliseconds. */
export const telecomTree = (): MadeTree => ({
  "Telecom/query.csv": openrcaTree()["Market/cloudbed-1/query.csv"] ?? "",
  "Telecom/record.csv": csv([
    ["level", "component", "timestamp", "datetime", "reason"],
    ["service", "db_003", FAULT_MS / 1000, "2026-03-01 18:30:00", "db close"],
  ]),
  "Telecom/telemetry/2026_03_01/metric/metric_app.csv": csv([
    ["serviceName", "startTime", "avg_time", "num", "succee_num", "succee_rate"],
    ...samples()
      .filter(({ service }) => service === "gateway")
      .map(({ timeMs, latencyMs }) => ["osb_001", timeMs, latencyMs, 1, 1, 1.0]),
  ]),
  "Telecom/telemetry/2026_03_01/metric/metric_node.csv": csv([
    ["itemid", "name", "bomc_id", "timestamp", "value", "cmdb_id"],
    ...samples().map(({ timeMs, cpu }, at) => [at, "CPU_iowait_time", "X-1", timeMs, cpu, "os_017"]),
  ]),
  "Telecom/telemetry/2026_03_01/trace/trace_span.csv": csv([
    ["callType", "startTime", "elapsedTime", "success", "traceId", "id", "pid", "cmdb_id", "dsName", "serviceName"],
    ...spans()
      .filter(({ service }) => service === "gateway")
      .flatMap(({ timeMs, trace, id, durationMs, failed }) => [
        ["OSB", timeMs, durationMs, failed ? "False" : "True", trace, id, "None", "os_021", "", "osb_001"],
        ["JDBC", timeMs + 1, durationMs / 2, "TRUE", trace, `${id}9`, id, "docker_006", "db_003", ""],
      ]),
  ]),
});

export const openrcaCase: LayoutCase = {
  kind: "openrca",
  tree: openrcaTree,
  truth: ["stock-0"],
  cause: "container CPU load",
  found: ["stock-0", "stock"],
  wrong: {
    change: (tree) => edited(tree, "Market/cloudbed-1/record.csv", "component", "part"),
    refusal: /Market\/cloudbed-1\/record\.csv has no column component/,
    expected: /level, part, timestamp, datetime, reason/,
  },
};
