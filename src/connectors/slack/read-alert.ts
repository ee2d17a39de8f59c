import type { AlertDelivery, AlertEvent } from "../../domain/alert-event.ts";
import { boundedLabels, entityOf, printOf, severityOf, severityWord, webLinks } from "../webhooks/label-words.ts";
import { SHAPES } from "./alert-shapes.ts";
import { AlertMessage, type Part, partsOf } from "./message-text.ts";

const MAX_NAME = 200;
const MAX_SUMMARY = 2000;

/**
 * Reads the alerts in a message of an alerting tool. Only the tool's own text is read, never link previews, files or
 * reactions.
 *
 * @param message a Slack message event, or the new version of an edited message.
 * @returns null when it holds no alert of Alertmanager, Grafana, PagerDuty, Datadog or Opsgenie.
 */
export function readSlackAlert(message: unknown): AlertDelivery | null {
  const parsed = AlertMessage.safeParse(message);
  if (!parsed.success) return null;
  const updates = partsOf(parsed.data).flatMap((part) => {
    for (const { source, read } of SHAPES) {
      const headline = read(part);
      if (headline !== null) return [{ source, event: eventOf(source, part, headline, Number(parsed.data.ts) * 1000) }];
    }
    return [];
  });
  const [first] = updates;
  if (first === undefined) return null;
  const unique = new Map(updates.map(({ event }) => [event.fingerprint, event]));
  return { source: first.source, groupKey: null, alerts: [...unique.values()], truncatedAlerts: 0 };
}

function eventOf(
  source: string,
  part: Part,
  { status, name, id, labels: headlineLabels }: ReturnType<(typeof SHAPES)[number]["read"]> & object,
  atMs: number,
): AlertEvent {
  const labels = { ...labelsOf(part), ...headlineLabels };
  const { title, paren } = split(name);
  const severity = paren.map(severityWord).find((word) => word !== null) ?? severityOf(labels);
  const startsAtMs = Number.isFinite(atMs) ? Math.round(atMs) : 0;
  return {
    // firing and resolved messages share the name, but not the numbers
    fingerprint: printOf(id === null ? { source, name: title } : { source, id }),
    status,
    severity,
    entity: entityOf(labels) ?? title.slice(0, MAX_NAME),
    name: title.slice(0, MAX_NAME),
    summary: (
      labels.summary ??
      labels.description ??
      part.lines.find((line) => line !== "" && !line.includes(title)) ??
      title
    ).slice(0, MAX_SUMMARY),
    startsAtMs,
    endsAtMs: status === "resolved" ? startsAtMs : null,
    labels: boundedLabels({ ...labels, alertname: title }),
    ...webLinks({ source: part.link, runbook: labels.runbook_url ?? labels.runbook }),
  };
}

/** "HighLatency checkout (prod critical)": the values in parentheses are labels without names. */
function split(name: string): { title: string; paren: string[] } {
  const [, title = name, inner = ""] = /^(.*?)\s*\(([^()]*)\)\s*$/.exec(name) ?? [];
  return { title: title.trim() === "" ? name : title.trim(), paren: inner.split(/\s+/).filter((word) => word !== "") };
}

const LABEL_LINE = /^[\s•·▪*-]*(?<name>[A-Za-z_][\w. /-]{0,60}?)\s*[:=]\s*(?<value>\S.*)$/;

/** "service: checkout" lines and fields, with names in lower case. */
function labelsOf({ lines, fields }: Part): Record<string, string> {
  const fromLines = lines.flatMap((line) => {
    const { name, value } = LABEL_LINE.exec(line)?.groups ?? {};
    return name === undefined || value === undefined || /^https?$/i.test(name)
      ? []
      : [[name.trim().toLowerCase(), value.trim()] as const];
  });
  return { ...Object.fromEntries(fromLines), ...fields };
}
