import { csv, FAULT_MS, logs, samples, spans } from "../made-shop.ts";
import { edited, type LayoutCase, type MadeTree } from "./made-tree.ts";

const dir = "snapshots/inc-07";
const iso = (timeMs: number): string => new Date(timeMs).toISOString();

export const rootcauseV2Tree = (): MadeTree => ({
  "snapshots/index.jsonl": '{"id": "inc-07"}\n',
  [`${dir}/meta.json`]: JSON.stringify({
    id: "inc-07",
    onset: iso(FAULT_MS),
    alert: { title: "Checkout is slow", fired_at: iso(FAULT_MS + 60_000) },
  }),
  [`${dir}/truth.json`]: JSON.stringify({ root_cause: { service: "stock" }, fault_type: "cpu" }),
  [`${dir}/validation.json`]: "{}",
  [`${dir}/metrics.csv`]: csv([
    ["timestamp", "metric", "service", "value"],
    ...samples().flatMap(({ timeMs, service, cpu, latencyMs }) => [
      [timeMs / 1000, "cpu_usage", service, cpu],
      [timeMs / 1000, "latency_p90_ms", service, latencyMs],
    ]),
  ]),
  [`${dir}/traces.jsonl`]: spans()
    .map(({ timeMs, trace, id, parent, service, operation, durationMs, failed }) =>
      JSON.stringify({
        trace_id: trace,
        span_id: id,
        parent_span_id: parent,
        service,
        name: operation,
        start_time: iso(timeMs),
        duration_ms: durationMs,
        status: failed ? "ERROR" : "OK",
      }),
    )
    .join("\n"),
  [`${dir}/logs.jsonl`]: logs()
    .map(({ timeMs, service, text, trace }) =>
      JSON.stringify({ timestamp: iso(timeMs), service, level: text.split(" ")[0], message: text, trace_id: trace }),
    )
    .join("\n"),
});

export const rootcauseV2Case: LayoutCase = {
  kind: "rootcause-v2",
  tree: rootcauseV2Tree,
  truth: ["stock"],
  cause: "cpu",
  found: ["stock"],
  wrong: {
    change: (tree) => edited(tree, `${dir}/metrics.csv`, "value", "reading"),
    refusal: /snapshots\/inc-07\/metrics\.csv has no column value/,
    expected: /timestamp, metric, service, reading/,
  },
};
