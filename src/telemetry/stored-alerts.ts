import type { AlertEvent } from "../../domain/alert-event.ts";
import type { AlertSource } from "../../domain/ports.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import type { Alert } from "../../domain/telemetry.ts";
import { contains } from "../../domain/time.ts";

/** More than a person or a ranking can use. */
const MAX_ALERTS = 5_000;
/** Past incidents that say what is usual. */
const PAST_INCIDENTS = 100;
/** Labels that say what kind of thing an entity is. */
const KINDS = ["service", "pod", "node", "namespace"] as const;

const kindOf = ({ entity, labels }: AlertEvent): string => KINDS.find((kind) => labels[kind] === entity) ?? "service";

const toAlert = (event: AlertEvent): Alert => ({
  timeUnixMs: event.startsAtMs,
  entity: event.entity,
  entityKind: kindOf(event),
  signal: "metric",
  name: event.name,
  direction: null,
  peer: null,
  count: 1,
  message: event.summary,
  severity: event.severity,
  ...(event.links?.runbook === undefined ? {} : { runbookUrl: event.links.runbook }),
});

/** The alerts that an incident was made of, as its telemetry. */
export const storedAlerts = (
  service: Pick<ServiceStore, "listAlerts" | "pastAlerts">,
  incidentId: string,
): AlertSource => ({
  name: "alerts",
  async fetchAlerts({ window, shared }) {
    if (shared) return [];
    const { alerts } = await service.listAlerts(incidentId, MAX_ALERTS);
    return alerts
      .filter(({ startsAtMs }) => window === null || contains(window, startsAtMs))
      .map(toAlert)
      .toReversed();
  },
  fetchPastAlerts: async () =>
    (await service.pastAlerts(incidentId, PAST_INCIDENTS)).map((alerts) => alerts.map(toAlert)),
});
