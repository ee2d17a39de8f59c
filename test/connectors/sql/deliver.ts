import type { AlertEvent } from "../../../src/domain/alert-event.ts";
import type { DeliveryOutcome, DeliveryRequest, ServiceStore } from "../../../src/domain/service-store.ts";
import { dependencyGraph } from "../../../src/topology/graph.ts";
import { linker } from "../../../src/triage/link.ts";
import { planDelivery } from "../../../src/triage/plan-delivery.ts";

const linkOf = linker(dependencyGraph({ nodes: [], edges: [] }));
export const fires = (overrides: Partial<AlertEvent> = {}): AlertEvent => ({
  fingerprint: "f1",
  status: "firing",
  severity: "warning",
  entity: "orders",
  name: "HighLatency",
  summary: "orders is slow",
  startsAtMs: 1_000,
  endsAtMs: null,
  labels: { service: "orders" },
  ...overrides,
});
export const isOver = (overrides: Partial<AlertEvent> = {}): AlertEvent =>
  fires({ status: "resolved", endsAtMs: 5_000, ...overrides });

let made = 0;
export const newId = (kind: string): string => `${kind}-${(made += 1)}`;

/** Delivers alerts of one group, or (null) of none, as the service does. */
export function deliver(
  store: ServiceStore,
  deliveryId: string,
  alerts: AlertEvent[],
  overrides: Partial<DeliveryRequest> & { groupKey?: string | null } = {},
): Promise<DeliveryOutcome> {
  const delivery = {
    source: "alertmanager",
    groupKey: overrides.groupKey === undefined ? "alertmanager:g" : overrides.groupKey,
    alerts,
    truncatedAlerts: 0,
  };
  return store.acceptDelivery({
    delivery,
    deliveryId,
    nowMs: 9_000,
    maxQueued: 1_000,
    reachMs: 3_600_000,
    manners: { joinMs: 1_800_000, dailyCap: null, minSeverity: "low" },
    investigates: true,
    plan: (context) => planDelivery(delivery, context, { linkOf, newId: () => newId("inc") }),
    newAnalysisId: () => newId("an"),
    ...overrides,
  });
}
