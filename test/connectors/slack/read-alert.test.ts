import { describe, expect, it } from "vitest";
import { readSlackAlert } from "../../../src/connectors/slack/read-alert.ts";

const message = (fields: object) => ({
  type: "message",
  channel: "C0ALERTS",
  ts: "1763886000.000100",
  bot_id: "B1",
  ...fields,
});
const attachment = (fields: object) => message({ attachments: [fields] });

/** As the tools' default templates write; names and numbers are made up. */
const MESSAGES = {
  alertmanager: [
    attachment({
      color: "danger",
      fallback: "[FIRING:2] HighErrorRate checkout (prod critical) | http://am:9093/#/alerts?receiver=slack",
      title: "[FIRING:2] HighErrorRate checkout (prod critical)",
      title_link: "http://am:9093/#/alerts?receiver=slack",
      text: "*Details:*\n • *service:* `checkout`\n • *summary:* 31 % of requests fail",
    }),
    attachment({
      color: "good",
      title: "[RESOLVED] HighErrorRate checkout (prod critical)",
      title_link: "http://am:9093/#/alerts?receiver=slack",
      text: "service: checkout",
    }),
  ],
  grafana: [
    attachment({
      color: "#D63232",
      title: "[FIRING:1] Checkout latency (shop critical)",
      title_link: "https://grafana.example/alerting/list",
      text: "**Firing**\n\nValue: B=2.4\nLabels:\n - alertname = Checkout latency\n - service = checkout\nAnnotations:\n - summary = p95 is 2.4 s",
      footer: "Grafana v11.2.0",
    }),
    attachment({
      color: "#36a64f",
      title: "[RESOLVED] Checkout latency (shop critical)",
      text: "**Resolved**\n\nLabels:\n - service = checkout",
      footer: "Grafana v11.2.0",
    }),
  ],
  pagerduty: [
    message({
      text: "",
      attachments: [
        {
          color: "#d32f2f",
          fallback: "Triggered #482: Checkout is slow",
          blocks: [
            {
              type: "section",
              text: {
                type: "mrkdwn",
                text: "*Triggered* <https://shop.pagerduty.com/incidents/PT4KHLK|#482: Checkout is slow>",
              },
            },
            {
              type: "section",
              fields: [
                { type: "mrkdwn", text: "*Service:* checkout" },
                { type: "mrkdwn", text: "*Urgency:* high" },
              ],
            },
          ],
        },
      ],
    }),
    message({
      blocks: [
        {
          type: "section",
          text: {
            type: "mrkdwn",
            text: "*Resolved* <https://shop.pagerduty.com/incidents/PT4KHLK|#482: Checkout is slow>",
          },
        },
      ],
    }),
  ],
  datadog: [
    attachment({
      color: "danger",
      title: "[P2] [Triggered on {service:checkout,env:prod}] High latency",
      title_link: "https://app.datadoghq.com/monitors/42",
      text: "p95 above 2 s for five minutes",
    }),
    attachment({
      title: "[Recovered on {service:checkout,env:prod}] High latency",
      title_link: "https://app.datadoghq.com/monitors/42",
      text: "",
    }),
  ],
  opsgenie: [
    attachment({
      title: "#77: [Prometheus] Checkout fails",
      title_link: "https://opsg.in/a/i/opsgenie/77",
      fields: [
        { title: "Priority", value: "P1" },
        { title: "Status", value: "Open" },
        { title: "Service", value: "checkout" },
      ],
    }),
    attachment({
      title: "#77: [Prometheus] Checkout fails",
      title_link: "https://opsg.in/a/i/opsgenie/77",
      fields: [
        { title: "Priority", value: "P1" },
        { title: "Status", value: "Closed" },
        { title: "Service", value: "checkout" },
      ],
    }),
  ],
} as const;

describe.each(Object.entries(MESSAGES))("%s", (source, [firing, resolved]) => {
  it("is read with its entity, and fires", () => {
    const delivery = readSlackAlert(firing);
    expect(delivery).toMatchObject({
      source: `slack/${source}`,
      groupKey: null,
      alerts: [{ status: "firing", entity: "checkout", endsAtMs: null, startsAtMs: 1763886000000 }],
    });
  });
  it("is the same alert when it is resolved", () => {
    const [before] = readSlackAlert(firing)?.alerts ?? [];
    expect(readSlackAlert(resolved)?.alerts).toEqual([
      expect.objectContaining({ status: "resolved", fingerprint: before?.fingerprint }),
    ]);
  });
});

it.each([
  ["alertmanager", 0, "critical"],
  ["pagerduty", 0, "high"],
  ["opsgenie", 0, "critical"],
] as const)("takes the severity that %s tells", (source, at, severity) => {
  expect(readSlackAlert(MESSAGES[source][at])?.alerts[0]?.severity).toBe(severity);
});
it("separates two alerts in one message", () => {
  const both = message({
    attachments: [{ title: "[FIRING:1] A" }, { title: "[FIRING:1] B" }, { title: "[FIRING:1] A" }],
  });
  expect(readSlackAlert(both)?.alerts.map(({ name }) => name)).toEqual(["A", "B"]);
});
it.each([
  ["talk", message({ text: "is checkout slow again?" })],
  [
    "a preview of a link to an alert",
    message({
      text: "look at <https://am>",
      attachments: [{ from_url: "https://am", title: "[FIRING:1] HighErrorRate" }],
    }),
  ],
  [
    "a preview that an app made",
    message({ attachments: [{ is_app_unfurl: true, title: "[FIRING:1] HighErrorRate" }] }),
  ],
  ["a file", message({ text: "", files: [{ title: "[FIRING:1] HighErrorRate" }] })],
  ["no message at all", { nonsense: true }],
  ["blocks that are none", message({ blocks: [null, 1, { type: "x", text: 7 }] })],
])("finds no alert in %s", (_, text) => {
  expect(readSlackAlert(text)).toBeNull();
});
it("keeps all alert text as plain text", () => {
  const [alert] =
    readSlackAlert(attachment({ title: "[FIRING:1] &lt;!channel&gt; <@U0BOB> approve", text: "service: <!here>" }))
      ?.alerts ?? [];
  expect(alert).toMatchObject({ name: "<!channel> <@U0BOB> approve", entity: "<!here>" });
});
