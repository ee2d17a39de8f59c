import type { AlertEvent } from "../../domain/alert-event.ts";
import type { Part } from "./message-text.ts";

/** The parts of an alert's headline. `id`: the tool's own number for the alert, if it gives one. */
export type Headline = {
  status: AlertEvent["status"];
  name: string;
  id: string | null;
  labels: Record<string, string>;
};
/** How one tool writes to Slack. Templates differ between teams; only the tool's own words in all of them are read. */
export type Shape = { source: string; read(part: Part): Headline | null };

const STATUS: Readonly<Record<string, AlertEvent["status"]>> = {
  firing: "firing",
  alerting: "firing",
  triggered: "firing",
  "re-triggered": "firing",
  alert: "firing",
  warn: "firing",
  "no data": "firing",
  open: "firing",
  created: "firing",
  opened: "firing",
  "new alert": "firing",
  resolved: "resolved",
  ok: "resolved",
  normal: "resolved",
  recovered: "resolved",
  closed: "resolved",
  acknowledged: "acknowledged",
  acked: "acknowledged",
};
const statusOf = (word: string | undefined): AlertEvent["status"] | null =>
  STATUS[(word ?? "").trim().toLowerCase()] ?? null;

/** The first headline that matches a pattern, with its named parts. */
function matched({ headlines }: Part, pattern: RegExp): Record<string, string | undefined> | null {
  for (const headline of headlines) {
    const found = pattern.exec(headline);
    if (found?.groups) return found.groups;
  }
  return null;
}

function headline(
  found: Record<string, string | undefined> | null,
  labels: Record<string, string> = {},
): Headline | null {
  const status = statusOf(found?.status);
  const name = (found?.name ?? "").trim();
  return status === null || name === "" ? null : { status, name, id: found?.id ?? null, labels };
}

/** One case-insensitive pattern from its parts. */
function joined(...parts: readonly RegExp[]): RegExp {
  return new RegExp(parts.map(({ source }) => source).join(""), "i");
}

/**
 * "[FIRING:2] HighLatency checkout (prod critical)": the default title of Alertmanager's template, and of Grafana's.
 */
const BRACKETED = /^\[(?<status>FIRING|RESOLVED)(?::\d+)?(?:,[^\]]*)?\]\s*(?<name>.+)$/i;
/** "[Alerting] Checkout latency", as Grafana wrote before its unified alerting. */
const GRAFANA_OLD = /^\[(?<status>Alerting|OK|No Data)\]\s*(?<name>.+)$/i;
/** "Triggered #482: Checkout is slow", "Resolved: [#482] Checkout is slow". */
const PAGERDUTY = joined(
  /^(?:incident\s+)?(?<status>Triggered|Acknowledged|Resolved)(?:\s+incident)?:?\s*/,
  /\[?(?:#(?<id>\d+)\]?:?\s*)?(?<name>.+)$/,
);
/**
 * "[Triggered on {service:checkout}] High latency", "Recovered: High latency on service:checkout", "[P2] [Warn] …".
 */
const DATADOG = joined(
  /^(?:\[P\d\]\s*)?\[?(?<status>Triggered|Re-Triggered|Warn|Alert|No Data|Recovered)/,
  /(?:\s+on\s+\{(?<tags>[^}]*)\})?(?:\]|:)\s*(?:\[P\d\]\s*)?(?<name>.+)$/,
);
/** "Open: #482 [Prometheus] High error rate", "Closed #482: High error rate"; otherwise the status is in a field. */
const OPSGENIE = joined(
  /^(?:\[?(?<status>Open|Opened|Created|New alert|Closed|Acknowledged|Acked|Resolved)\]?:?\s*)?/,
  /(?:alert\s*)?#(?<id>\d+):?\s*(?<name>.+)$/,
);

const tagsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/([a-z][\w.-]{0,60}):([\w./-]{1,120})/gi)].map(([, name = "", value = ""]) => [
      name.toLowerCase(),
      value,
    ]),
  );
const isFrom = ({ words }: Part, mark: RegExp): boolean => mark.test(words);

/** The likeliest first: tools that sign their messages come before tools that only write alike. */
export const SHAPES: readonly Shape[] = [
  {
    source: "slack/opsgenie",
    read(part) {
      if (!isFrom(part, /opsgenie/i)) return null;
      const found = matched(part, OPSGENIE);
      return headline(found === null ? null : { ...found, status: found.status ?? part.fields.status ?? "open" });
    },
  },
  {
    source: "slack/pagerduty",
    read: (part) => (isFrom(part, /pagerduty/i) ? headline(matched(part, PAGERDUTY)) : null),
  },
  {
    source: "slack/datadog",
    read(part) {
      if (!isFrom(part, /datadog/i)) return null;
      const found = matched(part, DATADOG);
      const tags =
        Object.entries(part.fields).find(([name]) => name === "tags")?.[1] ??
        part.lines.find((line) => /\b(?:service|env|host):[\w.-]+/.test(line)) ??
        "";
      return headline(found, { ...tagsOf(tags), ...tagsOf(found?.tags ?? ""), ...tagsOf(found?.name ?? "") });
    },
  },
  {
    source: "slack/grafana",
    read: (part) =>
      isFrom(part, /grafana/i) ? headline(matched(part, BRACKETED) ?? matched(part, GRAFANA_OLD)) : null,
  },
  { source: "slack/alertmanager", read: (part) => headline(matched(part, BRACKETED)) },
];
