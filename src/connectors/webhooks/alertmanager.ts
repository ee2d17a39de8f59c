import { z } from "zod";
import type { AlertDelivery, AlertEvent } from "../../domain/alert-event.ts";
import { boundedLabels, entityOf, printOf, severityOf, summaryOf, webLinks } from "./label-words.ts";
import { MAX_ALERTS, readPayload, short } from "./read-payload.ts";
import { timeMs } from "./times.ts";

/** Label and annotation values; a templating mistake may make them null. */
const Texts = z
  .record(z.string(), z.string().nullable())
  .nullish()
  .transform((texts) => Object.fromEntries(Object.entries(texts ?? {}).map(([name, text]) => [name, text ?? ""])));

/** One alert, as Alertmanager and Grafana send it. */
export const GroupedAlert = z.object({
  status: z.enum(["firing", "resolved"]),
  labels: Texts,
  annotations: Texts,
  startsAt: z.string().nullish(),
  endsAt: z.string().nullish(),
  generatorURL: z.string().nullish(),
  fingerprint: z.string().max(200).nullish(),
});
export type GroupedAlert = z.infer<typeof GroupedAlert>;

/** The fields of a group that are read. */
export const AlertGroupPayload = z.object({
  groupKey: z.string().min(1).max(10_000),
  status: z.enum(["firing", "resolved"]),
  truncatedAlerts: z.number().int().nonnegative().nullish(),
  alerts: z.array(GroupedAlert).max(MAX_ALERTS),
});

/** Payload version 4 of Alertmanager's webhook_config, which VMAlert's alerts take too. */
const Payload = AlertGroupPayload.extend({ version: z.literal("4") });

/** @param receivedAtMs the start of an alert whose sender gives none. */
export function toAlertEvent(
  { status, labels, annotations, startsAt, endsAt, fingerprint, generatorURL }: GroupedAlert,
  receivedAtMs: number,
): AlertEvent {
  const name = short(labels.alertname?.trim() || "alert without a name", 200);
  const startsAtMs = timeMs(startsAt) ?? receivedAtMs;
  return {
    fingerprint: fingerprint || printOf(labels),
    status,
    severity: severityOf(labels),
    entity: entityOf(labels) ?? name,
    name,
    summary: summaryOf(annotations, name),
    startsAtMs,
    // for a firing alert, `endsAt` is when Alertmanager would give it up, not its end
    endsAtMs: status === "resolved" ? Math.max(timeMs(endsAt) ?? receivedAtMs, startsAtMs) : null,
    labels: boundedLabels(labels),
    ...webLinks({
      runbook: annotations.runbook_url || annotations.runbook,
      source: generatorURL,
      dashboard: annotations.dashboard_url,
    }),
  };
}

/**
 * Reads what Alertmanager (v4) posts. One group becomes one incident, under Alertmanager's own group key.
 *
 * @throws {IncidentError} BAD_INPUT
 * @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export function readAlertmanager(payload: unknown, receivedAtMs: number): AlertDelivery {
  const { groupKey, alerts, truncatedAlerts } = readPayload("Alertmanager", Payload, payload);
  return {
    source: "alertmanager",
    groupKey: `alertmanager:${groupKey}`,
    alerts: alerts.map((alert) => toAlertEvent(alert, receivedAtMs)),
    truncatedAlerts: truncatedAlerts ?? 0,
  };
}
