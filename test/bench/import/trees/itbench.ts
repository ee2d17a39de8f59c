import { csv, FAULT_MS, logs, samples, SERVICES, spans } from "../made-shop.ts";
import { edited, type LayoutCase, type MadeTree } from "./made-tree.ts";

const dir = "Scenario-7";
const stamp = (timeMs: number): string => new Date(timeMs).toISOString().replace("T", " ").replace("Z", "000000");
const iso = (timeMs: number): string => new Date(timeMs).toISOString();
/** pandas quotes as CSV does, with tabs between the cells. */
const tsv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows
    .map((row) =>
      row.map((cell) => (/["\t\n]/.test(`${cell}`) ? `"${`${cell}`.replaceAll('"', '""')}"` : cell)).join("\t"),
    )
    .join("\n");
const resource = (service: string): string =>
  `{'k8s.pod.name': '${service}-5f6d7c8b9-qwert', 'k8s.namespace.name': 'shop', 'service.name': '${service}'}`;

const deployment = (image: string, generation: number): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "stock", namespace: "shop", generation, managedFields: [{ manager: "kubectl" }] },
  spec: {
    replicas: 1,
    template: { spec: { containers: [{ name: "server", image, resources: { limits: { cpu: "50m" } } }] } },
  },
  status: { replicas: 1, readyReplicas: 1 },
});

const alert = (name: string, service: string, activeAt: number): object => ({
  labels: { alertname: name, severity: "warning", service_name: service, namespace: "shop" },
  annotations: { summary: `${name} of ${service}` },
  state: "firing",
  activeAt: iso(activeAt),
  value: "3e+00",
});
const watchdog = {
  labels: { alertname: "Watchdog", severity: "none" },
  state: "firing",
  activeAt: iso(FAULT_MS - 9e6),
};

export const itbenchTree = (): MadeTree => ({
  [`${dir}/ground_truth.yaml`]: `groups:
- id: stock-deployment-1
  kind: Deployment
  namespace: shop
  filter: [stock\\b]
  root_cause: true
- id: stock-service-1
  kind: Service
  name: stock
  namespace: shop
- id: gateway-service-1
  kind: Service
  filter: [gateway\\b]
  namespace: shop
aliases:
- [stock-deployment-1, stock-service-1]
propagations:
- source: stock-deployment-1
  target: gateway-service-1
  condition: too little CPU
  effect: slow requests
`,
  [`${dir}/alerts/alerts_1.json`]: JSON.stringify({
    status: "success",
    data: { alerts: [watchdog, alert("RequestLatency", "gateway", FAULT_MS + 60_000)] },
  }),
  [`${dir}/alerts/alerts_2.json`]: JSON.stringify({
    data: {
      alerts: [
        watchdog,
        alert("RequestLatency", "gateway", FAULT_MS + 60_000),
        { ...alert("RequestErrorRate", "orders", FAULT_MS + 90_000), state: "pending" },
      ],
    },
  }),
  [`${dir}/k8s_objects_raw.tsv`]: tsv([
    ["Timestamp", "Body"],
    [stamp(FAULT_MS - 600_000), JSON.stringify(deployment("registry.example/stock:1", 3))],
    [stamp(FAULT_MS - 20_000), JSON.stringify({ type: "MODIFIED", object: deployment("registry.example/stock:2", 4) })],
    [
      stamp(FAULT_MS),
      JSON.stringify({
        kind: "Secret",
        metadata: { name: "s", namespace: "shop" },
        data: { password: "aHVudGVyMg==" },
      }),
    ],
  ]),
  [`${dir}/k8s_events_raw.tsv`]: tsv([
    ["Timestamp", "Body"],
    [
      stamp(FAULT_MS),
      JSON.stringify({
        object: {
          kind: "Event",
          apiVersion: "v1",
          metadata: { name: "stock.1", namespace: "shop" },
          type: "Normal",
          reason: "ScalingReplicaSet",
          message: "Scaled up",
          involvedObject: { kind: "Deployment", name: "stock", namespace: "shop" },
          lastTimestamp: iso(FAULT_MS),
          count: 1,
        },
      }),
    ],
  ]),
  [`${dir}/otel_traces_raw.tsv`]: tsv([
    [
      "Timestamp",
      "TraceId",
      "SpanId",
      "ParentSpanId",
      "SpanName",
      "SpanKind",
      "ServiceName",
      "ResourceAttributes",
      "Duration",
      "StatusCode",
      "StatusMessage",
    ],
    ...spans().map(({ timeMs, trace, id, parent, operation, service, durationMs, failed }) => [
      stamp(timeMs),
      trace,
      id,
      parent,
      operation,
      "Server",
      service,
      resource(service),
      Math.round(durationMs * 1e6),
      failed ? "Error" : "Unset",
      failed ? "timeout" : "",
    ]),
  ]),
  [`${dir}/otel_logs_raw.tsv`]: tsv([
    ["Timestamp", "TraceId", "SpanId", "SeverityText", "ServiceName", "Body", "ResourceAttributes"],
    ...logs().map(({ timeMs, trace, span, service, text }) => [
      stamp(timeMs),
      trace,
      span,
      text.split(" ")[0] ?? "",
      service,
      text,
      resource(service),
    ]),
  ]),
  ...Object.fromEntries(
    SERVICES.map((service) => [
      `${dir}/metrics/pod_${service}-5f6d7c8b9-qwert_raw.tsv`,
      tsv([
        ["timestamp", "metric_name", "value", "tags"],
        ...samples()
          .filter((one) => one.service === service)
          .flatMap(({ timeMs, cpu }) => [
            [stamp(timeMs).slice(0, 19), "container_cpu_usage_seconds", cpu, "{'container': 'server'}"],
            [stamp(timeMs).slice(0, 19), "http_duration_bucket", 1, "{'le': '0.1'}"],
          ]),
      ]),
    ]),
  ),
  [`${dir}/notes.csv`]: csv([["a"], [1]]),
});

export const itbenchCase: LayoutCase = {
  kind: "itbench",
  tree: itbenchTree,
  truth: ["stock", "shop/Deployment/stock"],
  cause: null,
  found: ["stock", "stock-5f6d7c8b9-qwert", "shop/Deployment/stock"],
  wrong: {
    change: (tree) => edited(tree, `${dir}/otel_traces_raw.tsv`, "ServiceName", "Who"),
    refusal: /Scenario-7\/otel_traces_raw\.tsv has no column ServiceName or service_name/,
    expected: /Timestamp, TraceId, SpanId/,
  },
};
