import type { AlertEvent } from "../../domain/alert-event.ts";
import { printOf } from "../webhooks/label-words.ts";
import { toAlertEvent } from "../webhooks/alertmanager.ts";
import type { LabelledSeries, PrometheusClient, RuleAlert, ServerRule } from "./client.ts";
import { pageOf } from "./link.ts";
import { NO_PAGES } from "../link.ts";

type Fetch = { signal?: AbortSignal | undefined };

/** The alerts of the server's rules at one moment. `pending`: those whose rule's `for` is not over. */
export type RuleAlerts = { firing: AlertEvent[]; pending: AlertEvent[]; rules: number };

/** Asks the rules, since each answers with its alerts and its expression. @throws {IncidentError} as the client */
export async function ruleAlerts(
  client: PrometheusClient,
  url: string,
  nowMs: number,
  fetch: Fetch,
): Promise<RuleAlerts> {
  const rules = await client.rules(fetch);
  const inState = (state: string): AlertEvent[] =>
    rules.flatMap((rule) =>
      rule.alerts.filter((alert) => alert.state === state).map((alert) => eventOf(rule, alert, url, nowMs)),
    );
  return { firing: inState("firing"), pending: inState("pending"), rules: rules.length };
}

function eventOf(
  { name, expression }: ServerRule,
  { labels, annotations, activeAt }: Omit<RuleAlert, "state">,
  url: string,
  nowMs: number,
): AlertEvent {
  const event = toAlertEvent(
    {
      status: "firing",
      labels: { alertname: name, ...labels },
      annotations: annotations ?? {},
      startsAt: activeAt,
      endsAt: null,
      // as Prometheus itself links an alert: the analysis reads the expression from there
      generatorURL: pageOf({ url, pages: NO_PAGES }, { text: expression, range: { startMs: nowMs, endMs: nowMs } }),
      fingerprint: null,
    },
    nowMs,
  );
  return { ...event, startsAtMs: Math.min(event.startsAtMs, nowMs) };
}

/** What Prometheus adds to the labels of an alert. */
const ADDED_LABELS = ["__name__", "alertstate"];
/** A pause of more steps ends one firing and begins another. */
const MAX_GAP_STEPS = 1.5;

/**
 * The times at which alerts began to fire, from the series `ALERTS{alertstate="firing"}` that Prometheus writes for
 * each alert. They have the labels of the alert, and no annotations.
 */
export function firingsOf(series: readonly LabelledSeries[], stepMs: number, nowMs: number): AlertEvent[] {
  return series.flatMap(({ labels, timesMs }) => {
    const starts = timesMs.filter(
      (timeMs, at) => timeMs - (timesMs[at - 1] ?? Number.NEGATIVE_INFINITY) > MAX_GAP_STEPS * stepMs,
    );
    const base = toAlertEvent(
      {
        status: "firing",
        labels: Object.fromEntries(Object.entries(labels).filter(([label]) => !ADDED_LABELS.includes(label))),
        annotations: {},
        startsAt: null,
        endsAt: null,
        generatorURL: null,
        fingerprint: null,
      },
      nowMs,
    );
    return starts.map((startsAtMs) => ({ ...base, startsAtMs }));
  });
}

/**
 * History, and what fires now with its annotations: the latest firing of an alert that still fires is the present one.
 */
export function withPresent(history: readonly AlertEvent[], present: readonly AlertEvent[]): AlertEvent[] {
  const latest = new Map<string, AlertEvent>();
  for (const event of history) {
    const known = latest.get(printOf(event.labels));
    if (known === undefined || known.startsAtMs < event.startsAtMs) latest.set(printOf(event.labels), event);
  }
  const replaced = new Set(present.flatMap(({ labels }) => latest.get(printOf(labels)) ?? []));
  return [
    ...history.filter((event) => !replaced.has(event)),
    ...present.map((event) => ({
      ...event,
      startsAtMs: latest.get(printOf(event.labels))?.startsAtMs ?? event.startsAtMs,
    })),
  ].toSorted((a, b) => a.startsAtMs - b.startsAtMs);
}
