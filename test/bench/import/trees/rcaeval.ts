import { csv, FAULT_MS, logs, nanos, samples, SERVICES, spans } from "../made-shop.ts";
import { edited, type LayoutCase, type MadeTree } from "./made-tree.ts";

/** Metrics as RCAEval has them: a column for each series. */
export function wideTable(): string {
  const byTime = Map.groupBy(samples(), ({ timeMs }) => timeMs);
  return csv([
    ["time", ...SERVICES.flatMap((service) => [`${service}_cpu`, `${service}_latency-90`, `${service}_error`])],
    ...[...byTime].map(([timeMs, all]) => [
      timeMs / 1000,
      ...all.flatMap(({ cpu, latencyMs, errors }) => [cpu, latencyMs, errors]),
    ]),
  ]);
}

const run = "RE2/RE2-OB/stock_cpu/1";
export const RE2_RUN = run;
export const rcaevalTree = (): MadeTree => ({
  [`${run}/inject_time.txt`]: `${FAULT_MS / 1000}\n`,
  [`${run}/simple_metrics.csv`]: wideTable(),
  [`${run}/logs.csv`]: csv([
    ["time", "timestamp", "container_name", "message", "level", "req_path", "error", "cluster_id", "log_template"],
    ...logs().map(({ timeMs, service, text }) => {
      const [level = "", ...message] = text.split(" ");
      return [timeMs / 1000, nanos(timeMs), service, message.join(" "), level, "", "", 1, "done in <*>"];
    }),
  ]),
  [`${run}/traces.csv`]: csv([
    [
      "traceID",
      "spanID",
      "serviceName",
      "methodName",
      "operationName",
      "startTimeMillis",
      "startTime",
      "duration",
      "statusCode",
      "parentSpanID",
    ],
    ...spans().map(({ timeMs, trace, id, service, operation, durationMs, failed, parent }) => [
      trace,
      id,
      service,
      operation,
      operation,
      timeMs,
      `${timeMs}000`,
      Math.round(durationMs * 1000),
      failed ? 500 : 200,
      parent,
    ]),
  ]),
});

export const rcaevalCase: LayoutCase = {
  kind: "rcaeval",
  tree: rcaevalTree,
  truth: ["stock"],
  cause: "cpu",
  found: ["stock"],
  wrong: {
    change: (tree) => edited(tree, `${run}/logs.csv`, "container_name", "pod"),
    refusal: /RE2\/RE2-OB\/stock_cpu\/1\/logs\.csv has no column container_name/,
    expected: /time, timestamp, pod, message/,
  },
};
