/** How the shop is monitored: shorter intervals than in production, so that a story takes a minute and not ten. */
const SCRAPE_SECONDS = 2;
const RATE_WINDOW = "15s";

/** The text of prometheus.yml: each service is scraped under its name. */
export const prometheusConfig = (ports: ReadonlyMap<string, number>, alertmanager: string): string => `
global: { scrape_interval: ${SCRAPE_SECONDS}s, scrape_timeout: 1500ms, evaluation_interval: ${SCRAPE_SECONDS}s }
rule_files: [rules.yml]
alerting:
  alertmanagers: [{ static_configs: [{ targets: ["${new URL(alertmanager).host}"] }] }]
scrape_configs:
  - job_name: shop
    static_configs:
${[...ports].map(([service, port]) => `      - { targets: ["127.0.0.1:${port}"], labels: { service: ${service} } }`).join("\n")}
`;

/** Three rules about what customers notice, none about a fault. Each waits (\`for:\`) as a production rule does. */
export const ALERT_RULES = `
groups:
  - name: shop
    rules:
      - alert: HighErrorRatio
        expr: |
          sum by (service) (rate(http_server_errors_total[${RATE_WINDOW}]))
            / sum by (service) (rate(http_server_requests_total[${RATE_WINDOW}])) > 0.05
          and sum by (service) (rate(http_server_errors_total[${RATE_WINDOW}])) > 0.15
        for: 8s
        labels: { severity: critical }
        annotations: { summary: "{{ $value | humanizePercentage }} of the requests of {{ $labels.service }} fail" }
      - alert: HighLatency
        expr: |
          histogram_quantile(0.9, sum by (service, le) (rate(http_server_request_duration_seconds_bucket[${RATE_WINDOW}]))) > 0.5
        for: 8s
        labels: { severity: warning }
        annotations: { summary: "p90 of {{ $labels.service }} is {{ $value | humanizeDuration }}" }
      - alert: InstanceDown
        expr: up == 0
        for: 4s
        labels: { severity: critical }
        annotations: { summary: "{{ $labels.service }} does not answer" }
`;

/** The text of alertmanager.yml: one group for the shop, sent to Causeway. */
export const alertmanagerConfig = (causewayUrl: string): string => `
route: { receiver: causeway, group_by: [job], group_wait: 1s, group_interval: 5s, repeat_interval: 1h }
receivers:
  - name: causeway
    webhook_configs: [{ url: "${causewayUrl}/v1/webhooks/alertmanager", send_resolved: true }]
`;
