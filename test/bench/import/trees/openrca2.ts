import { parquetWriteBuffer } from "hyparquet-writer";
import { FAULT_MS, logs, samples, spans } from "../made-shop.ts";
import type { LayoutCase, MadeTree } from "./made-tree.ts";

const dir = "data/case-01";
type Columns = Parameters<typeof parquetWriteBuffer>[0]["columnData"];
const parquet = (columnData: Columns, schema?: object): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...schema }));
const resource = (service: string): string =>
  JSON.stringify({ "k8s.pod.name": `${service}-5f6d7c8b9-qwert`, "service.name": service });
const nano = (timeMs: number): bigint => BigInt(timeMs) * 1_000_000n;

function half(name: "normal" | "abnormal"): MadeTree {
  const inside = ({ timeMs }: { timeMs: number }): boolean => timeMs < FAULT_MS === (name === "normal");
  const [spanRows, logRows, sampleRows] = [spans().filter(inside), logs().filter(inside), samples().filter(inside)];
  return {
    [`${dir}/${name}_traces.parquet`]: parquet([
      { name: "Timestamp", data: spanRows.map(({ timeMs }) => nano(timeMs)), type: "INT64" },
      { name: "TraceId", data: spanRows.map(({ trace }) => trace), type: "STRING" },
      { name: "SpanId", data: spanRows.map(({ id }) => id), type: "STRING" },
      { name: "ParentSpanId", data: spanRows.map(({ parent }) => parent), type: "STRING" },
      { name: "SpanName", data: spanRows.map(({ operation }) => operation), type: "STRING" },
      { name: "ServiceName", data: spanRows.map(({ service }) => service), type: "STRING" },
      { name: "ResourceAttributes", data: spanRows.map(({ service }) => resource(service)), type: "STRING" },
      { name: "Duration", data: spanRows.map(({ durationMs }) => BigInt(Math.round(durationMs * 1e6))), type: "INT64" },
      { name: "StatusCode", data: spanRows.map(({ failed }) => (failed ? "Error" : "Unset")), type: "STRING" },
    ]),
    [`${dir}/${name}_logs.parquet`]: parquet([
      { name: "Timestamp", data: logRows.map(({ timeMs }) => new Date(timeMs)), type: "TIMESTAMP" },
      { name: "TraceId", data: logRows.map(({ trace }) => trace), type: "STRING" },
      { name: "SpanId", data: logRows.map(({ span }) => span), type: "STRING" },
      { name: "SeverityText", data: logRows.map(({ text }) => text.split(" ")[0] ?? ""), type: "STRING" },
      { name: "ServiceName", data: logRows.map(({ service }) => service), type: "STRING" },
      { name: "Body", data: logRows.map(({ text }) => text), type: "STRING" },
    ]),
    [`${dir}/${name}_metrics.parquet`]: parquet([
      { name: "TimeUnix", data: sampleRows.map(({ timeMs }) => new Date(timeMs)), type: "TIMESTAMP" },
      { name: "MetricName", data: sampleRows.map(() => "container.cpu.usage"), type: "STRING" },
      { name: "Value", data: sampleRows.map(({ cpu }) => cpu), type: "DOUBLE" },
      { name: "ResourceAttributes", data: sampleRows.map(({ service }) => resource(service)), type: "STRING" },
    ]),
  };
}

export const openrca2Tree = (): MadeTree => ({
  ...half("normal"),
  ...half("abnormal"),
  [`${dir}/injection.json`]: JSON.stringify({
    system: "shop",
    fault_type: "cpu",
    engine_config: [{ app: "stock", chaos_type: "CPUStress" }],
  }),
  [`${dir}/causal_graph.json`]: JSON.stringify({
    nodes: [{ component: "service|stock" }, { component: "span|reserve" }, { component: "service|gateway" }],
    edges: [
      { source: "service|stock", target: "span|reserve" },
      { source: "span|reserve", target: "service|gateway" },
    ],
    root_causes: [{ component: "service|stock", state: ["high_cpu"] }],
    alarm_nodes: [{ component: "service|gateway" }],
    component_to_service: { "span|reserve": "stock" },
  }),
  [`${dir}/env.json`]: JSON.stringify({ ABNORMAL_START: String(FAULT_MS / 1000) }),
  [`${dir}/label.txt`]: "stock",
});

export const openrca2Case: LayoutCase = {
  kind: "openrca2",
  tree: openrca2Tree,
  truth: ["stock"],
  cause: "CPUStress",
  found: ["stock", "stock-5f6d7c8b9-qwert"],
  wrong: {
    change: (tree) => ({
      ...tree,
      [`${dir}/abnormal_traces.parquet`]: parquet([{ name: "when", data: [1, 2], type: "INT32" }]),
    }),
    refusal: /data\/case-01\/abnormal_traces\.parquet has no column Timestamp or/,
    expected: /Its columns: when/,
  },
};
