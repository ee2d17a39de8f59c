import type { IncidentStore, Telemetry, TopologySource } from "../../domain/ports.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { storedAlerts } from "./stored-alerts.ts";
import { withUploads } from "./uploaded-logs.ts";

/** Of the stored ones, those that a listing names. */
const LISTED = 1_000;

/**
 * Incidents that were posted or came of alerts, and those of the data folders; an id of the former wins. Uploads are telemetry of either.
 *
 * @param topology of the running system, which the former are about. Recordings bring their own.
 */
export function knownIncidents(
  recorded: IncidentStore,
  service: ServiceStore,
  topology: { entry: string | null; source: TopologySource } | null,
): IncidentStore {
  return {
    async getIncident(incidentId) {
      const found = await service.findIncident(incidentId);
      if (found === null) return recorded.getIncident(incidentId);
      return {
        ...found.incident,
        alarmAtMs: found.known.alarmAtMs,
        entry: found.incident.entry ?? topology?.entry ?? null,
      };
    },

    async listIncidents() {
      const stored = (await service.listIncidents({ limit: LISTED, after: null })).map(
        ({ id, title, alarmAtMs, system }) => ({ id, title, alarmAtMs, system }),
      );
      const ids = new Set(stored.map(({ id }) => id));
      const others = (await recorded.listIncidents()).filter(({ id }) => !ids.has(id));
      return [...stored, ...others].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    },

    async openTelemetry(incidentId) {
      const found = await service.findIncident(incidentId);
      const telemetry: Telemetry = found === null ? await recorded.openTelemetry(incidentId) : {};
      const uploads = await service.listUploads(incidentId);
      return {
        ...telemetry,
        ...(found !== null && topology !== null ? { topology: topology.source } : {}),
        ...(found?.known.origin === "alerts" ? { alerts: storedAlerts(service, incidentId) } : {}),
        ...(uploads.length > 0 ? { logs: withUploads(telemetry.logs, uploads, service) } : {}),
      };
    },
  };
}
