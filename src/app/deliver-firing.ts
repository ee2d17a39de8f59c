import type { AlertDelivery, AlertEvent } from "../domain/alert-event.ts";
import type { AlertFeed, FiringAlerts } from "../domain/alert-feed.ts";
import type { KnownIncident } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { AcceptedAlerts, DeliveryReceipt } from "./accept-alerts.ts";

export type DeliveryPorts = {
  service: Pick<ServiceStore, "findIncident" | "firingAlerts">;
  accept(delivery: AlertDelivery, receipt: DeliveryReceipt): Promise<AcceptedAlerts>;
};

/** Alerts without a group are compared with all others of their delivery. */
const ALERTS_AT_ONCE = 500;

/**
 * Stores what fires, and ends the alerts that were pulled before and are gone. Triage places the alerts.
 *
 * @returns the open incidents of what fires.
 */
export async function deliverFiring(
  { service, accept }: DeliveryPorts,
  pulls: readonly { feed: AlertFeed; firing: FiringAlerts }[],
  receipt: () => DeliveryReceipt,
): Promise<KnownIncident[]> {
  const ids = new Set<string>();
  for (const { feed, firing } of pulls) {
    const deliver = (alerts: AlertEvent[]): Promise<AcceptedAlerts> =>
      accept({ source: feed.source, groupKey: null, alerts, truncatedAlerts: 0 }, receipt());
    const nowMs = receipt().receivedAtMs;
    const over = (await service.firingAlerts(feed.source)).filter(({ fingerprint }) => !firing.known.has(fingerprint));
    for (const alerts of batches(over.map((alert) => ended(alert, nowMs)))) await deliver(alerts);
    for (const alerts of batches(firing.alerts))
      for (const id of (await deliver(alerts)).answer.incidentIds) ids.add(id);
  }
  const open = new Map<string, KnownIncident>();
  for (const id of ids) {
    const incident = await current(service, id);
    if (incident?.status === "open") open.set(incident.id, incident);
  }
  return [...open.values()];
}

const ended = (alert: AlertEvent, nowMs: number): AlertEvent => ({
  ...alert,
  status: "resolved",
  endsAtMs: Math.max(nowMs, alert.startsAtMs),
});

/** The incident, or the one that it was merged into. */
async function current(service: DeliveryPorts["service"], id: string): Promise<KnownIncident | null> {
  const known = (await service.findIncident(id))?.known ?? null;
  return known?.mergedInto == null ? known : current(service, known.mergedInto);
}

const batches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / ALERTS_AT_ONCE) }, (_, at) =>
    all.slice(at * ALERTS_AT_ONCE, (at + 1) * ALERTS_AT_ONCE),
  );
