import { csv, FAULT_MS, logs, type MadeLog, type MadeSpan, nanos, samples, SERVICES, spans } from "../made-shop.ts";
import { edited, type LayoutCase, type MadeTree } from "./made-tree.ts";

const DAY = "2026-03-01";
const pod = (service: string): string => `${service}-5c66d57d58-6mp2b`;
const clock = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 19).replace("T", " ");
const minute = (timeMs: number): string => clock(timeMs).slice(11, 16).replace(":", "_");

const logTable = (rows: readonly MadeLog[]): string =>
  csv([
    ["Timestamp", "TimeUnixNano", "Node", "PodName", "Container", "TraceID", "SpanID", "Log"],
    // newest first, as published
    ...rows
      .toReversed()
      .map(({ timeMs, service, text, trace, span }) => [
        new Date(timeMs).toISOString(),
        nanos(timeMs),
        "n1",
        pod(service),
        "server",
        trace,
        span,
        JSON.stringify({ log: `${text}\n` }),
      ]),
  ]);
const spanTable = (rows: readonly MadeSpan[]): string =>
  csv([
    ["TraceID", "SpanID", "ParentID", "PodName", "OperationName", "StartTimeUnixNano", "EndTimeUnixNano", "Duration"],
    ...rows.map(({ timeMs, trace, id, parent, service, operation, durationMs }) => [
      trace,
      id,
      parent || "root",
      pod(service),
      operation,
      nanos(timeMs),
      nanos(timeMs + Math.ceil(durationMs)),
      Math.round(durationMs * 1000),
    ]),
  ]);

function day(dir: string, fromMs: number, toMs: number): MadeTree {
  const inside = ({ timeMs }: { timeMs: number }): boolean => timeMs >= fromMs && timeMs < toMs;
  const tree: MadeTree = {};
  for (const [name, rows] of Map.groupBy(logs(4000).filter(inside), ({ timeMs }) => minute(timeMs)))
    tree[`${dir}/log/${name}_log.csv`] = logTable(rows);
  for (const [name, rows] of Map.groupBy(spans(4000).filter(inside), ({ timeMs }) => minute(timeMs)))
    tree[`${dir}/trace/${name}_trace.csv`] = spanTable(rows);
  for (const service of SERVICES)
    tree[`${dir}/metric/${pod(service)}_metric.csv`] = csv([
      ["Time", "TimeStamp", "PodName", "CpuUsageRate(%)", "PodServerLatencyP90(s)", "PodSuccessRate(%)"],
      ...samples(60_000)
        .filter((one) => one.service === service)
        .map(({ timeMs, cpu, latencyMs }) => [
          `${clock(timeMs)} +0000 UTC`,
          timeMs / 1000,
          pod(service),
          cpu * 100,
          latencyMs / 1000,
          "NaN",
        ]),
    ]);
  return tree;
}

export const nezhaTree = (): MadeTree => ({
  ...day(`rca_data/${DAY}`, FAULT_MS - 120_000, FAULT_MS + 180_000),
  ...day(`construct_data/${DAY}`, FAULT_MS - 1_200_000, FAULT_MS - 1_140_000),
  [`rca_data/${DAY}/${DAY}-fault_list.json`]: JSON.stringify({
    "10": [
      {
        inject_time: clock(FAULT_MS),
        inject_timestamp: String(FAULT_MS / 1000 - 8 * 3600),
        inject_pod: pod("stock"),
        inject_type: "cpu_contention",
      },
    ],
  }),
});

export const nezhaCase: LayoutCase = {
  kind: "nezha",
  tree: nezhaTree,
  truth: ["stock"],
  cause: "cpu_contention",
  found: ["stock"],
  wrong: {
    change: (tree) => edited(tree, `rca_data/${DAY}/trace/10_29_trace.csv`, "ParentID", "Parent"),
    refusal: /rca_data\/2026-03-01\/trace\/10_29_trace\.csv has no column ParentID/,
    expected: /TraceID, SpanID, Parent, PodName/,
  },
};
