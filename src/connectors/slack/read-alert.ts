import type { AlertDelivery, AlertEvent } from "../../domain/alert-event.ts";
import { boundedLabels, entityOf, printOf, severityOf, severityWord, webLinks } from "../webhooks/label-words.ts";
import { SHAPES } from "./alert-shapes.ts";
import { AlertMessage, type Part, partsOf } from "./message-text.ts";

const MAX_NAME = 200;
const MAX_SUMMARY = 2000;

/**
 * The alerts that a message of an alerting tool tells. Only what the tool itself wrote is read: never a preview of a link, a file or a reaction.
 *
 * @param message a message event of Slack's, or the new text of one that was edited.
 * @returns null where nothing in it is an alert that Alertmanager, Grafana, PagerDuty, Datadog or Opsgenie writes.
 */
export function readSlackAlert(message: unknown): AlertDelivery | null {
  const parsed = AlertMessage.safeParse(message);
  if (!parsed.success) return null;
  const told = partsOf(parsed.data).flatMap((part) => {
    for (const { source, read } of SHAPES) {
      const headline = read(part);
      if (headline !== null) return [{ source, event: eventOf(source, part, headline, Number(parsed.data.ts) * 1000) }];
    }
    return [];
  });
  const [first] = told;
  if (first === undefined) return null;
  const unique = new Map(told.map(({ event }) => [event.fingerprint, event]));
  return { source: first.source, groupKey: null, alerts: [...unique.values()], truncatedAlerts: 0 };
}

function eventOf(
  source: string,
  part: Part,
  { status, name, id, labels: told }: ReturnType<(typeof SHAPES)[number]["read"]> & object,
  atMs: number,
): AlertEvent {
  const labels = { ...labelsOf(part), ...told };
  const { title, paren } = split(name);
  const severity = paren.map(severityWord).find((word) => word !== null) ?? severityOf(labels);
  const startsAtMs = Number.isFinite(atMs) ? Math.round(atMs) : 0;
  return {
    // what fires and what resolves say the same name, but not the same numbers
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

/** "HighLatency checkout (prod critical)": the values that stand in parentheses are labels whose names are not told. */
function split(name: string): { title: string; paren: string[] } {
  const [, title = name, inner = ""] = /^(.*?)\s*\(([^()]*)\)\s*$/.exec(name) ?? [];
  return { title: title.trim() === "" ? name : title.trim(), paren: inner.split(/\s+/).filter((word) => word !== "") };
}

const LABEL_LINE = /^[\s•·▪*-]*(?<name>[A-Za-z_][\w. /-]{0,60}?)\s*[:=]\s*(?<value>\S.*)$/;

/** "service: checkout" lines and fields, their names in lower case. */
function labelsOf({ lines, fields }: Part): Record<string, string> {
  const fromLines = lines.flatMap((line) => {
    const { name, value } = LABEL_LINE.exec(line)?.groups ?? {};
    return name === undefined || value === undefined || /^https?$/i.test(name)
      ? []
      : [[name.trim().toLowerCase(), value.trim()] as const];
  });
  return { ...Object.fromEntries(fromLines), ...fields };
}
