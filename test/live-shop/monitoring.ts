import { parse, stringify } from "yaml";
import { z } from "zod";
import { alertmanagerPiece } from "../../src/app/connect/senders.ts";

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

/** How long the condition of a rule holds before it fires: its `for:`. */
export const waitMsOf = (rule: string): number => (rule === "InstanceDown" ? 4_000 : 8_000);

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
        for: ${waitMsOf("HighLatency") / 1_000}s
        labels: { severity: critical }
        annotations: { summary: "{{ $value | humanizePercentage }} of the requests of {{ $labels.service }} fail" }
      - alert: HighLatency
        expr: |
          histogram_quantile(0.9, sum by (service, le) (rate(http_server_request_duration_seconds_bucket[${RATE_WINDOW}]))) > 0.5
        for: ${waitMsOf("HighLatency") / 1_000}s
        labels: { severity: warning }
        annotations: { summary: "p90 of {{ $labels.service }} is {{ $value | humanizeDuration }}" }
      - alert: InstanceDown
        expr: up == 0
        for: ${waitMsOf("InstanceDown") / 1_000}s
        labels: { severity: critical }
        annotations: { summary: "{{ $labels.service }} does not answer" }
`;

/**
 * The text of alertmanager.yml: what `causeway connect alertmanager` prints, pasted beside a receiver that was there,
 * with shorter waits.
 */
export function alertmanagerConfig(causewayUrl: string): string {
  const piece = alertmanagerPiece({ url: causewayUrl, needsToken: false, signsGrafana: false });
  const { route, receivers } = AlertmanagerFile.parse(parse(piece));
  const routes = route.routes.map((each) => ({ ...each, group_by: ["job"], group_wait: "1s", group_interval: "5s" }));
  return stringify({
    route: { receiver: "team", repeat_interval: "1h", routes },
    receivers: [{ name: "team" }, ...receivers],
  });
}

const Anything = z.record(z.string(), z.unknown());
const AlertmanagerFile = z.object({
  route: z.object({ routes: z.array(Anything) }),
  receivers: z.array(Anything),
});
