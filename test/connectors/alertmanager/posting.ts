/** A critical alert of a service inhibits the service's warnings. */
export const CONFIG = `
route: { receiver: none, group_by: [alertname], group_wait: 0s, group_interval: 1s }
receivers: [{ name: none }]
inhibit_rules:
  - source_matchers: [ 'severity = critical' ]
    target_matchers: [ 'severity = warning' ]
    equal: [ service ]
`;

export type PostedAlert = {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt?: string;
  generatorURL?: string;
};

/** An alert as Prometheus posts it. */
export const alert = (name: string, service: string, labels: Record<string, string>): PostedAlert => ({
  labels: { alertname: name, service, ...labels },
  annotations: { summary: `${name} on ${service}` },
  startsAt: new Date(Date.now() - 60_000).toISOString(),
});

/** @see https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
async function post(url: string, path: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status} ${await answer.text()}`);
}

export const postAlerts = (url: string, alerts: readonly PostedAlert[]): Promise<void> =>
  post(url, "/api/v2/alerts", alerts);

/** Silences all alerts with this label for an hour. */
export const silence = (url: string, name: string, value: string): Promise<void> =>
  post(url, "/api/v2/silences", {
    matchers: [{ name, value, isRegex: false, isEqual: true }],
    startsAt: new Date(Date.now() - 1_000).toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    createdBy: "a test",
    comment: "planned",
  });
