import type { DeliveryContext, ServiceStore } from "../domain/service-store.ts";
import type { DependencyGraph } from "../topology/graph.ts";
import { DEFAULT_RULES, linker } from "../triage/link.ts";
import { planDelivery } from "../triage/plan-delivery.ts";
import { newAnalysisId, newIncidentId } from "./new-ids.ts";
import type { CausewayService } from "../service/service.ts";
import type { ServiceMetrics } from "../service/metrics.ts";

export type AlertParts = {
  service: Pick<ServiceStore, "acceptDelivery">;
  /** Who calls whom; without edges where nobody told. */
  graph: DependencyGraph;
  metrics: ServiceMetrics;
  maxQueued: number;
  /** Puts analyses into the queue. Fails where it cannot: they are on record, and found by the next sweep. */
  enqueue(analysisIds: readonly string[]): Promise<void>;
};

/** Alerts that come in: what is one trouble is told by groups, names, words and times, and by who calls whom where that is configured. */
export function alertVerbs({
  service,
  graph,
  metrics,
  maxQueued,
  enqueue,
}: AlertParts): Pick<CausewayService, "acceptAlerts"> {
  const linkOf = linker(graph);
  return {
    async acceptAlerts(delivery, { deliveryId, receivedAtMs }) {
      const plan = (context: DeliveryContext) => planDelivery(delivery, context, { linkOf, newId: newIncidentId });
      const { answer, queued, opened, closed } = await service.acceptDelivery({
        delivery,
        deliveryId,
        nowMs: receivedAtMs,
        maxQueued,
        reachMs: DEFAULT_RULES.sameMs,
        plan,
        newAnalysisId,
      });
      metrics.alertsReceived.inc({ source: delivery.source }, delivery.alerts.length);
      metrics.alertsSuppressed.inc(answer.repeated ? delivery.alerts.length : answer.duplicates);
      metrics.incidentsOpened.inc({ origin: "alerts" }, opened);
      metrics.incidentsClosed.inc(closed);
      if (!answer.repeated) metrics.alertsCoalesced.inc(Math.max(0, answer.accepted - opened));
      await enqueue(queued);
      return answer;
    },
  };
}
