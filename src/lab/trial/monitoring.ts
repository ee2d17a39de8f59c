import { NAMESPACE } from "../market/plan.ts";

/** Shorter than in production, so that an incident takes minutes and not half an hour. */
const SCRAPE_SECONDS = 2;
const WINDOW = "15s";
const FOR = "12s";

/** The text of prometheus.yml. `targets`: the address that lists what to scrape; `cluster`: that of the cluster's state. */
export const prometheusConfig = (lab: string, alertmanager: string): string => `
global: { scrape_interval: ${SCRAPE_SECONDS}s, scrape_timeout: 1900ms, evaluation_interval: ${SCRAPE_SECONDS}s }
rule_files: [rules.yml]
alerting:
  alertmanagers: [{ static_configs: [{ targets: ["${new URL(alertmanager).host}"] }] }]
scrape_configs:
  - job_name: market
    http_sd_configs: [{ url: "${lab}/targets", refresh_interval: ${SCRAPE_SECONDS}s }]
  - job_name: cluster-state
    honor_labels: true
    metrics_path: /cluster-state
    static_configs: [{ targets: ["${new URL(lab).host}"] }]
`;

type AlertRule = { name: string; expr: string; severity: "critical" | "warning"; summary: string };

/** Rules that a team has for any service and any workload. None is about a fault of the lab. */
const RULES: readonly AlertRule[] = [
  {
    name: "HighErrorRatio",
    expr: `sum by (namespace, service) (rate(http_server_errors_total[${WINDOW}]))
            / sum by (namespace, service) (rate(http_server_requests_total[${WINDOW}])) > 0.05
          and sum by (namespace, service) (rate(http_server_errors_total[${WINDOW}])) > 0.1`,
    severity: "critical",
    summary: "{{ $value | humanizePercentage }} of the requests of {{ $labels.service }} fail",
  },
  {
    name: "HighLatency",
    expr: `histogram_quantile(0.9, sum by (namespace, service, le) (rate(http_server_request_duration_seconds_bucket[${WINDOW}]))) > 1`,
    severity: "warning",
    summary: "p90 of {{ $labels.service }} is {{ $value | humanizeDuration }}",
  },
  {
    name: "DependencyErrors",
    expr: `sum by (namespace, service) (rate(http_client_errors_total[${WINDOW}]))
            / sum by (namespace, service) (rate(http_client_requests_total[${WINDOW}])) > 0.2`,
    severity: "warning",
    summary: "{{ $value | humanizePercentage }} of the calls that {{ $labels.service }} makes fail",
  },
  {
    name: "TargetDown",
    expr: `up{job="market"} == 0`,
    severity: "critical",
    summary: "{{ $labels.pod }} does not answer",
  },
  {
    name: "QueueNotDrained",
    expr: "max by (namespace, service) (queue_oldest_message_age_seconds) > 15",
    severity: "critical",
    summary: "the oldest message in {{ $labels.service }} waits for {{ $value | humanizeDuration }}",
  },
  {
    name: "KubeDeploymentUnavailable",
    expr: "kube_deployment_spec_replicas - kube_deployment_status_replicas_available > 0",
    severity: "critical",
    summary: "{{ $labels.deployment }} has {{ $value }} replicas fewer than it wants",
  },
  {
    name: "KubePodCrashLooping",
    expr: `increase(kube_pod_container_status_restarts_total[60s]) >= 2`,
    severity: "warning",
    summary: "{{ $labels.pod }} restarts again and again",
  },
  {
    name: "CPUThrottlingHigh",
    expr: `rate(container_cpu_cfs_throttled_periods_total[${WINDOW}]) / rate(container_cpu_cfs_periods_total[${WINDOW}]) > 0.5`,
    severity: "warning",
    summary: "{{ $labels.pod }} is throttled in {{ $value | humanizePercentage }} of its CPU periods",
  },
  {
    name: "ContainerMemoryHigh",
    expr: "container_memory_working_set_bytes / container_spec_memory_limit_bytes > 0.9",
    severity: "warning",
    summary: "{{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory limit",
  },
];

/** The text of rules.yml. */
export const alertRules = (): string =>
  [
    "groups:",
    `  - name: ${NAMESPACE}`,
    "    rules:",
    ...RULES.flatMap(({ name, expr, severity, summary }) => [
      `      - alert: ${name}`,
      "        expr: |",
      `          ${expr}`,
      `        for: ${FOR}`,
      `        labels: { severity: ${severity} }`,
      `        annotations: { summary: ${JSON.stringify(summary)} }`,
    ]),
    "",
  ].join("\n");

/**
 * The text of alertmanager.yml, with the receiver that `causeway connect alertmanager` prints and shorter waits: all
 * alerts of the namespace make one incident.
 */
export const alertmanagerConfig = (causewayUrl: string): string => `
route:
  receiver: causeway
  group_by: [namespace]
  group_wait: 10s
  group_interval: 5s
  repeat_interval: 1h
receivers:
  - name: causeway
    webhook_configs: [{ url: "${causewayUrl}/v1/webhooks/alertmanager", send_resolved: true }]
`;
