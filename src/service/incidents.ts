import { newIncidentId } from "../app/new-ids.ts";
import { IncidentError } from "../domain/errors.ts";
import { type Incident, knownIncident } from "../domain/incident.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { KnownIncident, NewIncident } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { CausewayService } from "./causeway-service.ts";
import { asKnown, listPage } from "./incident-pages.ts";
import type { ServiceMetrics } from "./metrics.ts";
import { searchIncidents } from "./incident-search.ts";
import { takeUpload } from "./take-upload.ts";

/** How many alerts and analyses the details of an incident list. */
const SHOWN_ALERTS = 1_000;
const SHOWN_ANALYSES = 100;

export type IncidentsParts = {
  service: ServiceStore;
  /** The incidents of the data folders. */
  recorded: IncidentStore;
  metrics: ServiceMetrics;
  now: () => number;
};

type Incidents = Pick<
  CausewayService,
  "createIncident" | "getIncident" | "listIncidents" | "searchIncidents" | "uploadLogs"
>;

const toIncident = ({
  id,
  title,
  system = null,
  alarmAtMs = null,
  window = null,
  entry = null,
  target = null,
}: Omit<NewIncident, "severity">): Incident =>
  knownIncident({ id: id ?? newIncidentId(), title, system, alarmAtMs, window, entry, target });

/** Incidents from every origin: posted, opened by alerts, or recorded in a data folder. */
export function incidents({ service, recorded, metrics, now }: IncidentsParts): Incidents {
  /** @throws {IncidentError} NOT_FOUND */
  const find = async (incidentId: string): Promise<KnownIncident> => {
    const found = await service.findIncident(incidentId);
    return found?.known ?? asKnown(await recorded.getIncident(incidentId));
  };

  return {
    async createIncident({ severity, ...details }, { idempotencyKey }) {
      const incident = toIncident(details);
      const isTaken = details.id != null && (await recorded.listIncidents()).some(({ id }) => id === details.id);
      if (isTaken)
        throw new IncidentError("REJECTED", `a data folder already holds an incident ${incident.id}`, {
          hint: "Choose another id, or leave it out.",
        });
      const added = await service.addIncident(incident, { severity, idempotencyKey, nowMs: now() });
      if (added.created) metrics.incidentsOpened.inc({ origin: "posted" });
      return added;
    },

    async getIncident(incidentId) {
      const known = await find(incidentId);
      const [{ alerts, count }, uploads, analyses] = await Promise.all([
        service.listAlerts(incidentId, SHOWN_ALERTS),
        service.listUploads(incidentId),
        service.listSummaries({ incidentId, limit: SHOWN_ANALYSES }),
      ]);
      return { ...known, alerts, alertCount: count, uploads, analyses };
    },

    listIncidents: (page) => listPage(service, recorded, page),
    searchIncidents: (search) => searchIncidents(service, recorded, search),

    async uploadLogs(incidentId, upload) {
      await find(incidentId);
      return takeUpload(service, incidentId, upload, now());
    },
  };
}
