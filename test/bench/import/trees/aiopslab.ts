import { csv, FAULT_MS, samples, spans } from "../made-shop.ts";
import type { LayoutCase, MadeTree } from "./made-tree.ts";

const pods = `NAME                       READY   STATUS             RESTARTS        AGE
gateway-7c9d8f6b5-x2x4q    1/1     Running            0               4d
orders-6b7f9c8d4-abcde     1/1     Running            0               4d
stock-5f6d7c8b9-qwert      0/1     CrashLoopBackOff   12 (40s ago)    4d`;
const say = (call: string): object => ({ role: "assistant", content: `I look.\n\`\`\`\n${call}\n\`\`\`` });
const observe = (text: string): object => ({ role: "env", content: `${text}\nPlease take the next action` });

const registry = {
  problems: [
    {
      id: "stock_crashes-analysis-1",
      task: "analysis",
      app: "Shop",
      namespace: "shop",
      faulty_service: "stock",
      also_accepted: ["stock-db"],
      expected: { system_level: "Application", fault_type: "Misconfiguration" },
    },
  ],
};
export const registryText = JSON.stringify(registry);

export const aiopslabTree = (): MadeTree => ({
  "data/results/1c9_1772361000.json": JSON.stringify({
    agent: "made",
    session_id: "1c9",
    problem_id: "stock_crashes-analysis-1",
    start_time: FAULT_MS / 1000 + 120,
    end_time: FAULT_MS / 1000 + 400,
    trace: [
      { role: "assistant", content: "Let me think." },
      { role: "env", content: "Error: no call was found" },
      say('exec_shell("kubectl get pods -n shop")'),
      observe(pods),
      say('get_logs("shop", "stock")'),
      observe(
        "2026-03-01T10:31:00Z ERROR cannot read configuration: key STOCK_DB_URL is missing\n2026-03-01T10:31:01Z FATAL exiting",
      ),
      say('get_metrics("shop", 5)'),
      observe("Metrics were written to /tmp/metrics"),
      say('read_metrics("/tmp/metrics/container/kpi_container_cpu_usage_seconds_total.csv")'),
      observe(
        csv([
          ["timestamp", "cmdb_id", "kpi_name", "value"],
          ...samples(60_000).map(({ timeMs, service, cpu }) => [
            timeMs / 1000,
            `${service}-0`,
            "container_cpu_usage_seconds_total",
            cpu,
          ]),
        ]),
      ),
      say('read_traces("/tmp/traces/t.csv")'),
      observe(
        csv([
          [
            "trace_id",
            "span_id",
            "parent_span",
            "service_name",
            "operation_name",
            "start_time",
            "duration",
            "has_error",
            "response",
          ],
          ...spans(60_000).map(({ timeMs, trace, id, parent, service, operation, durationMs, failed }) => [
            trace,
            id,
            parent || "ROOT",
            service,
            operation,
            `${timeMs}000`,
            Math.round(durationMs * 1000),
            failed ? "True" : "False",
            "",
          ]),
        ]),
      ),
      say('exec_shell("kubectl get configmap flagd-config -n shop -o yaml")'),
      observe('flags:\n  stockFails: {"defaultVariant": "on"}'),
      say('exec_shell("kubectl scale deployment stock -n shop --replicas=0")'),
      observe("deployment.apps/stock scaled"),
      say('exec_shell("kubectl get pods -n shop")'),
      observe("NAME   READY   STATUS   RESTARTS   AGE"),
      say('submit({"system_level": "Application", "fault_type": "Misconfiguration"})'),
    ],
    results: { steps: 9 },
  }),
  "data/results/notes.json": "{}",
});

export const aiopslabCase: LayoutCase = {
  kind: "aiopslab",
  tree: aiopslabTree,
  truth: ["stock"],
  cause: null,
  found: null,
  registry: registryText,
  wrong: {
    change: () => ({ "data/results/notes.json": "{}" }),
    refusal: /is not in the layout of aiopslab: no \*\.json with problem_id and trace/,
    expected: /problem_id, start_time, trace/,
  },
};
