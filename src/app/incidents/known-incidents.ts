import type { IncidentStore, Telemetry } from "../../domain/ports.ts";
import type { KnownIncident } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { reportedChanges } from "../../telemetry/reported-changes.ts";
import { storedAlerts } from "../../telemetry/stored-alerts.ts";
import { isClusterUpload, uploadedCluster } from "../../telemetry/uploaded-cluster.ts";
import { uploadedLogs } from "../../telemetry/uploaded-logs.ts";

/** Stored incidents that a list shows. */
const LISTED = 1_000;

/**
 * The incidents of the service (posted, or made of alerts) and those of the data folders. Where both have an id, the
 * service wins. Uploads belong to either.
 *
 * @param live opens the sources of the running system for one analysis, for the service's incidents; `entry`: its entry
 *   service. Recordings bring their own.
 */
export function knownIncidents(
  recorded: IncidentStore,
  service: ServiceStore,
  live: { entry: string | null; open(): Promise<Telemetry> },
): IncidentStore {
  return {
    async getIncident(incidentId) {
      const found = await service.findIncident(incidentId);
      if (found === null) return recorded.getIncident(incidentId);
      return {
        ...found.incident,
        alarmAtMs: found.known.alarmAtMs,
        entry: found.incident.entry ?? live.entry,
      };
    },

    async listIncidents() {
      const stored = (await service.listIncidents({ limit: LISTED, after: null })).map(
        ({ id, title, alarmAtMs, system, notInvestigated }) => ({ id, title, alarmAtMs, system, notInvestigated }),
      );
      const ids = new Set(stored.map(({ id }) => id));
      const others = (await recorded.listIncidents()).filter(({ id }) => !ids.has(id));
      return [...stored, ...others].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    },

    async openTelemetry(incidentId) {
      const found = await service.findIncident(incidentId);
      const own: Telemetry = found === null ? await recorded.openTelemetry(incidentId) : [];
      const uploads = await service.listUploads(incidentId);
      const [cluster, logs] = [uploads.filter(isClusterUpload), uploads.filter((one) => !isClusterUpload(one))];
      return [
        ...own,
        ...(found === null ? [] : ofIncident(await live.open(), found.known.origin)),
        ...(found?.known.origin === "alerts" ? [storedAlerts(service, incidentId)] : []),
        ...(found !== null && (await service.hasChanges()) ? [reportedChanges(service)] : []),
        ...(logs.length > 0 ? [uploadedLogs(logs, service)] : []),
        ...(cluster.length > 0 ? [uploadedCluster(cluster, service)] : []),
      ];
    },
  };
}

/** An incident that alerts opened has its own alerts. What else fires at the same time belongs to other incidents. */
const ofIncident = (telemetry: Telemetry, origin: KnownIncident["origin"]): Telemetry =>
  origin === "alerts" ? telemetry.filter(({ signal }) => signal !== "alert") : telemetry;
