import type { ConnectFacts } from "./facts.ts";

type Facts = Pick<ConnectFacts, "url" | "needsToken" | "signsGrafana">;

const at = (url: string, path: string): string => JSON.stringify(`${url.replace(/\/+$/, "")}${path}`);

/**
 * For `alertmanager.yml`: a route and a receiver beside those that are there.
 *
 * @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const alertmanagerPiece = ({ url, needsToken }: Facts): string => `\
# Into alertmanager.yml: add the route as the first of route.routes, and the receiver to receivers.
# continue: true: your own receivers get every alert as before.
route:
  routes:
    - receiver: causeway
      continue: true
      group_by: [alertname, cluster, namespace, service]
      group_wait: 10s
      group_interval: 1m
receivers:
  - name: causeway
    webhook_configs:
      - url: ${at(url, "/v1/webhooks/alertmanager")}
        send_resolved: true
${
  needsToken
    ? `        http_config:
          authorization: { type: Bearer, credentials_file: /etc/alertmanager/causeway-token }  # the value of ALERTMANAGER_WEBHOOK_TOKEN
`
    : ""
}`;

/**
 * A provisioning file of Grafana Alerting. Grafana replaces `$NAME` by its own environment variables.
 *
 * @see https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/
 */
export const grafanaPiece = ({ url, needsToken, signsGrafana }: Facts): string => `\
# Save as /etc/grafana/provisioning/alerting/causeway.yaml, and restart Grafana.
# Then choose the contact point causeway in a notification policy.
apiVersion: 1
contactPoints:
  - orgId: 1
    name: causeway
    receivers:
      - uid: causeway
        type: webhook
        disableResolveMessage: false
        settings:
          url: ${at(url, "/v1/webhooks/grafana")}
          httpMethod: POST
${
  signsGrafana
    ? `          hmacConfig: { secret: $GRAFANA_WEBHOOK_SECRET, header: X-Grafana-Alerting-Signature }
`
    : needsToken
      ? `          authorization_scheme: Bearer
          authorization_credentials: $GRAFANA_WEBHOOK_TOKEN
`
      : ""
}`;

/** For an OpenTelemetry collector: an exporter, and the pipelines that use it. */
export const otlpPiece = ({ url, needsToken }: Facts): string => `\
# Into the configuration of your collector: add the exporter, and name it in your pipelines.
exporters:
  otlphttp/causeway:
    endpoint: ${at(url, "/v1/otlp")}
${needsToken ? '    headers: { authorization: "Bearer ${env:CAUSEWAY_KEY}" }  # npx causeway keys create collector --scope analyse\n' : ""}\
service:
  pipelines:
    logs: { receivers: [otlp], exporters: [otlphttp/causeway] }
    metrics: { receivers: [otlp], exporters: [otlphttp/causeway] }
    traces: { receivers: [otlp], exporters: [otlphttp/causeway] }
`;
