import { z } from "zod";
import type { AlertDelivery } from "../../domain/alert-event.ts";
import { AlertGroupPayload, GroupedAlert, toAlertEvent } from "./alertmanager.ts";
import { webLinks } from "./label-words.ts";
import { MAX_ALERTS, readPayload } from "./read-payload.ts";

const Url = z.string().nullish();

/** Alertmanager's payload with Grafana's additions. */
const Payload = AlertGroupPayload.extend({
  orgId: z.number().int().nullish(),
  alerts: z
    .array(GroupedAlert.extend({ dashboardURL: Url, panelURL: Url, silenceURL: Url, imageURL: Url }))
    .max(MAX_ALERTS),
});

/**
 * Reads the default payload of Grafana Alerting's webhook contact point. Group keys are unique only within an
 * organisation.
 *
 * @throws {IncidentError} BAD_INPUT
 * @see https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
export function readGrafana(payload: unknown, receivedAtMs: number): AlertDelivery {
  const { orgId, groupKey, alerts, truncatedAlerts } = readPayload("Grafana", Payload, payload);
  return {
    source: "grafana",
    groupKey: `grafana:${orgId ?? 1}:${groupKey}`,
    alerts: alerts.map(({ dashboardURL, panelURL, silenceURL, ...alert }) => {
      const event = toAlertEvent(alert, receivedAtMs);
      return {
        ...event,
        ...webLinks({
          ...event.links,
          dashboard: dashboardURL || event.links?.dashboard,
          panel: panelURL,
          silence: silenceURL,
        }),
      };
    }),
    truncatedAlerts: truncatedAlerts ?? 0,
  };
}
