import { z } from "zod";
import type { AlertDelivery, AlertEvent } from "../../domain/alert-event.ts";
import { boundedLabels, entityOf, severityWord, webLinks } from "./label-words.ts";
import { readPayload, short } from "./read-payload.ts";
import { timeMs } from "./times.ts";

const Text = z.string().nullish();
const Time = z.union([z.string(), z.number()]).nullish();

const Payload = z.object({
  action: z.string().max(200),
  alert: z.object({
    alertId: z.string().min(1).max(200),
    message: Text,
    description: Text,
    entity: Text,
    alias: Text,
    source: Text,
    priority: Text,
    tags: z.array(z.string()).nullish(),
    details: z.record(z.string(), z.unknown()).nullish(),
    createdAt: Time,
    updatedAt: Time,
  }),
});

/** Actions that change an alert's status; others (notes, tags, owners) do not. */
const STATUS: Readonly<Record<string, AlertEvent["status"]>> = {
  create: "firing",
  unacknowledge: "firing",
  escalate: "firing",
  acknowledge: "acknowledged",
  close: "resolved",
  delete: "resolved",
};

/**
 * Reads the webhooks of Opsgenie (Jira Service Management Operations). Each alert stands alone; triage groups them.
 *
 * @throws {IncidentError} BAD_INPUT
 * @see https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/
 */
export function readOpsgenie(payload: unknown, receivedAtMs: number): AlertDelivery {
  const { action, alert } = readPayload("Opsgenie", Payload, payload);
  const status = STATUS[action.toLowerCase()];
  const delivery = { source: "opsgenie", groupKey: null, truncatedAlerts: 0 };
  if (status === undefined) return { ...delivery, alerts: [] };
  const name = short(alert.message?.trim() || "alert without a message", 200);
  const startsAtMs = timeMs(alert.createdAt) ?? receivedAtMs;
  const details = Object.entries(alert.details ?? {}).flatMap(([key, value]) =>
    typeof value === "string" ? [[key, value] as const] : [],
  );
  const extras = Object.entries({ alias: alert.alias, source: alert.source, tags: alert.tags?.join(",") }).flatMap(
    ([key, value]) => (value ? [[key, value] as const] : []),
  );
  const event: AlertEvent = {
    fingerprint: `opsgenie:${alert.alertId}`,
    status,
    severity: severityWord(alert.priority ?? "") ?? "warning",
    entity: short(alert.entity?.trim() || entityOf(Object.fromEntries(details)) || name, 200),
    name,
    summary: short(alert.description?.trim() || name, 2_000),
    startsAtMs,
    endsAtMs: status === "resolved" ? Math.max(timeMs(alert.updatedAt) ?? receivedAtMs, startsAtMs) : null,
    labels: boundedLabels(Object.fromEntries([...details, ...extras])),
    ...webLinks({ runbook: alert.details?.runbook_url }),
  };
  return { ...delivery, alerts: [event] };
}
