import type { AlertDelivery } from "../domain/alert-event.ts";
import type { AlertManners, NotInvestigated } from "../domain/alert-manners.ts";
import type { AcceptedDelivery } from "../domain/service.ts";
import type { DeliveryContext, ServiceStore } from "../domain/service-store.ts";
import type { Topology } from "../domain/telemetry.ts";
import { dependencyGraph } from "../topology/graph.ts";
import { type Masker, NO_MASKER } from "../domain/redact-values.ts";
import { DEFAULT_RULES, linker } from "../triage/link.ts";
import { planDelivery } from "../triage/plan-delivery.ts";
import { newAnalysisId, newIncidentId } from "./new-ids.ts";

/** `deliveryId` is equal for repeats of one delivery: the sender's own id, or the hash of the request body. */
export type DeliveryReceipt = { deliveryId: string; receivedAtMs: number };

/** `queued`: the analyses that are on record and must be put into the queue. */
export type AcceptedAlerts = {
  answer: AcceptedDelivery;
  queued: readonly string[];
  opened: number;
  closed: number;
  /** Reasons for which investigations were not started. */
  heldBack: readonly NotInvestigated["reason"][];
};

export type AcceptAlertsParts = {
  service: Pick<ServiceStore, "acceptDelivery">;
  /** The configured call edges; without edges when none are configured. */
  topology: Topology;
  maxQueued: number;
  manners: AlertManners;
  /** False if somebody investigates the incidents right away. */
  investigates: boolean;
  /** Masks a delivery before it is compared with stored alerts, which are masked; absent: they are not. */
  masker?: Masker | undefined;
};

/**
 * Accepts deliveries of alerts. Alerts join one incident by their groups, names, words and times, and by the call edges
 * when these are configured.
 *
 * @throws {IncidentError} BUSY when the queue is full; UNAVAILABLE when the store is down.
 */
export function alertAcceptor({
  service,
  topology,
  maxQueued,
  manners,
  investigates,
  masker = NO_MASKER,
}: AcceptAlertsParts) {
  const linkOf = linker(dependencyGraph(topology));
  return (given: AlertDelivery, { deliveryId, receivedAtMs }: DeliveryReceipt): Promise<AcceptedAlerts> => {
    const delivery = masker.values(given);
    const plan = (context: DeliveryContext) => planDelivery(delivery, context, { linkOf, newId: newIncidentId });
    return service.acceptDelivery({
      delivery,
      deliveryId,
      nowMs: receivedAtMs,
      maxQueued,
      reachMs: DEFAULT_RULES.sameMs,
      manners,
      investigates,
      plan,
      newAnalysisId,
    });
  };
}
