import { z } from "zod";
import type { AlertDelivery, AlertEvent } from "../../domain/alert-event.ts";
import { severityWord, webLinks } from "./label-words.ts";
import { readPayload, short } from "./read-payload.ts";
import { timeMs } from "./times.ts";

const Incident = z.object({
  id: z.string().min(1).max(200),
  name: z.string().nullish(),
  summary: z.string().nullish(),
  permalink: z.string().nullish(),
  severity: z.object({ name: z.string().nullish() }).nullish(),
  incident_status: z.object({ category: z.string() }),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
});
type Incident = z.infer<typeof Incident>;

const CREATED = "public_incident.incident_created_v2";
const UPDATED = "public_incident.incident_updated_v2";
const STATUS_UPDATED = "public_incident.incident_status_updated_v2";

const Payload = z.union([
  z.object({ event_type: z.literal(CREATED), [CREATED]: Incident }).transform((event) => event[CREATED]),
  z.object({ event_type: z.literal(UPDATED), [UPDATED]: Incident }).transform((event) => event[UPDATED]),
  z
    .object({ event_type: z.literal(STATUS_UPDATED), [STATUS_UPDATED]: z.object({ incident: Incident }) })
    .transform((event) => event[STATUS_UPDATED].incident),
  // other events, and private incidents, which carry only an id
  z
    .object({ event_type: z.string().refine((type) => ![CREATED, UPDATED, STATUS_UPDATED].includes(type)) })
    .transform(() => null),
]);

/** Status categories that mean resolved. */
const OVER = new Set(["closed", "post_incident", "learning", "declined", "canceled", "merged"]);

function toAlertEvent(
  { id, name: title, summary, permalink, severity, incident_status, created_at, updated_at }: Incident,
  receivedAtMs: number,
): AlertEvent {
  const name = short(title?.trim() || "incident without a name", 200);
  const startsAtMs = timeMs(created_at) ?? receivedAtMs;
  const isOver = OVER.has(incident_status.category.toLowerCase());
  return {
    fingerprint: `incident-io:${id}`,
    status: isOver ? "resolved" : "firing",
    severity: severityWord(severity?.name ?? "") ?? "high",
    entity: name,
    name,
    summary: short(summary?.trim() || name, 2_000),
    startsAtMs,
    endsAtMs: isOver ? Math.max(timeMs(updated_at) ?? receivedAtMs, startsAtMs) : null,
    labels: { status: short(incident_status.category, 100) },
    ...webLinks({ source: permalink }),
  };
}

/**
 * Reads incident.io's webhooks about public incidents. Each becomes one incident.
 *
 * @throws {IncidentError} BAD_INPUT
 * @see https://docs.incident.io/integrations/webhooks
 */
export function readIncidentIo(payload: unknown, receivedAtMs: number): AlertDelivery {
  const incident = readPayload("incident.io", Payload, payload);
  return {
    source: "incident-io",
    groupKey: incident === null ? null : `incident-io:${incident.id}`,
    alerts: incident === null ? [] : [toAlertEvent(incident, receivedAtMs)],
    truncatedAlerts: 0,
  };
}
