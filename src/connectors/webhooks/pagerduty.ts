import { z } from "zod";
import type { AlertDelivery, AlertEvent } from "../../domain/alert-event.ts";
import { severityWord, webLinks } from "./label-words.ts";
import { readPayload, short } from "./read-payload.ts";
import { timeMs } from "./times.ts";

const Reference = z.object({ summary: z.string().nullish() }).nullish();

const IncidentEvent = z.object({
  event_type: z.string().max(200),
  occurred_at: z.string(),
  data: z.object({
    type: z.literal("incident"),
    id: z.string().min(1).max(200),
    title: z.string().nullish(),
    status: z.enum(["triggered", "acknowledged", "resolved"]),
    incident_key: z.string().nullish(),
    created_at: z.string().nullish(),
    html_url: z.string().nullish(),
    service: Reference,
    priority: Reference,
    urgency: z.string().nullish(),
  }),
});

/**
 * An event of version 3. Of events that are not about incidents (notes, services, the test ping) only the kind is read.
 */
const Payload = z.object({
  event: z.union([
    IncidentEvent,
    z.object({
      event_type: z.string(),
      data: z.object({ type: z.string().refine((type) => type !== "incident") }).nullish(),
    }),
  ]),
});

const STATUS = { triggered: "firing", acknowledged: "acknowledged", resolved: "resolved" } as const;

function toAlertEvent(
  { event_type, occurred_at, data }: z.infer<typeof IncidentEvent>,
  receivedAtMs: number,
): AlertEvent {
  const occurredAtMs = timeMs(occurred_at) ?? receivedAtMs;
  const createdAtMs = timeMs(data.created_at) ?? occurredAtMs;
  const name = short(data.title?.trim() || "incident without a title", 200);
  const service = data.service?.summary?.trim() || name;
  return {
    fingerprint: `pagerduty:${data.id}`,
    status: STATUS[data.status],
    severity: severityWord(data.priority?.summary ?? "") ?? severityWord(data.urgency ?? "") ?? "high",
    entity: short(service, 200),
    name,
    summary: name,
    // a reopened incident starts again: its creation lies before the end that was already reported
    startsAtMs: event_type === "incident.reopened" ? occurredAtMs : createdAtMs,
    endsAtMs: data.status === "resolved" ? Math.max(occurredAtMs, createdAtMs) : null,
    labels: {
      service: short(service, 200),
      ...(data.incident_key ? { incident_key: short(data.incident_key, 1_000) } : {}),
    },
    ...webLinks({ source: data.html_url }),
  };
}

/**
 * Reads the webhooks of a PagerDuty v3 subscription. Each PagerDuty incident becomes one incident.
 *
 * @throws {IncidentError} BAD_INPUT
 * @see https://developer.pagerduty.com/docs/webhooks-overview
 */
export function readPagerDuty(payload: unknown, receivedAtMs: number): AlertDelivery {
  const { event } = readPayload("PagerDuty v3", Payload, payload);
  if (!("occurred_at" in event)) return { source: "pagerduty", groupKey: null, alerts: [], truncatedAlerts: 0 };
  return {
    source: "pagerduty",
    groupKey: `pagerduty:${event.data.id}`,
    alerts: [toAlertEvent(event, receivedAtMs)],
    truncatedAlerts: 0,
  };
}
