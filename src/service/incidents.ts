import { IncidentError } from "../domain/errors.ts";
import type { Incident } from "../domain/incident.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { KnownIncident, NewIncident, Page } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { newIncidentId } from "../app/new-ids.ts";
import { MAX_UPLOAD_BYTES, MAX_UPLOADS, type PageRequest, type CausewayService } from "./service.ts";
import { fromCursor, toCursor } from "./cursors.ts";
import type { ServiceMetrics } from "./metrics.ts";
import { takeUpload } from "./take-upload.ts";

/** Of an incident's alerts and analyses, those that its page shows. */
const SHOWN_ALERTS = 1_000;
const SHOWN_ANALYSES = 100;
const MAX_PAGE = 200;

export type IncidentParts = {
  service: ServiceStore;
  recorded: IncidentStore;
  metrics: ServiceMetrics;
  now: () => number;
};
type Listed = Awaited<ReturnType<IncidentStore["listIncidents"]>>[number];

const asKnown = ({ id, title, system, alarmAtMs }: Listed): KnownIncident => ({
  id,
  title,
  system,
  alarmAtMs,
  origin: "recorded",
  status: "open",
  severity: null,
  openedAtMs: null,
  closedAtMs: null,
  mergedInto: null,
});

const toIncident = ({
  id,
  title,
  system = null,
  alarmAtMs = null,
  window = null,
  entry = null,
  target = null,
}: Omit<NewIncident, "severity">): Incident => ({
  id: id ?? newIncidentId(),
  title,
  system,
  suite: null,
  alarmAtMs,
  window,
  baseline: { window: null, shared: null },
  excludeBaseline: [],
  asOfMs: null,
  entry,
  target,
  vocabulary: null,
});

/** Incidents, whatever made them known. */
export function incidentVerbs({
  service,
  recorded,
  metrics,
  now,
}: IncidentParts): Pick<CausewayService, "createIncident" | "getIncident" | "listIncidents" | "uploadLogs"> {
  /** @throws {IncidentError} NOT_FOUND */
  const find = async (incidentId: string): Promise<KnownIncident> => {
    const found = await service.findIncident(incidentId);
    return found?.known ?? asKnown(await recorded.getIncident(incidentId));
  };

  return {
    async createIncident({ severity, ...told }, { idempotencyKey }) {
      const incident = toIncident(told);
      const isTaken = told.id != null && (await recorded.listIncidents()).some(({ id }) => id === told.id);
      if (isTaken)
        throw new IncidentError("REJECTED", `there is an incident ${incident.id} in a data folder`, {
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

    async uploadLogs(incidentId, upload) {
      await find(incidentId);
      return takeUpload(service, incidentId, upload, {
        maxBytes: MAX_UPLOAD_BYTES,
        maxUploads: MAX_UPLOADS,
        nowMs: now(),
      });
    },
  };
}

/** The stored ones first, then those of the data folders that none of them hides. */
async function listPage(
  service: Pick<ServiceStore, "listIncidents" | "findIncident">,
  recorded: IncidentStore,
  { limit, cursor }: PageRequest,
): Promise<Page<KnownIncident>> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE)
    throw new IncidentError("BAD_INPUT", `a page holds 1 to ${MAX_PAGE} incidents, not ${limit}`, {
      hint: "Leave the limit out, or give another.",
    });
  const from = cursor === null ? null : fromCursor(cursor);
  const items: KnownIncident[] = [];
  if (from === null || from[0] === "stored") {
    const after = from === null ? null : { openedAtMs: from[1], id: from[2] };
    const stored = await service.listIncidents({ limit: limit + 1, after });
    items.push(...stored.slice(0, limit));
    const last = items.at(-1);
    if (stored.length > limit && last)
      return { items, nextCursor: toCursor(["stored", last.openedAtMs ?? 0, last.id]) };
  }
  const afterId = from?.[0] === "recorded" ? from[1] : "";
  for (const listed of await recorded.listIncidents()) {
    if (listed.id <= afterId || (await service.findIncident(listed.id)) !== null) continue;
    if (items.length === limit)
      return {
        items,
        nextCursor: toCursor(["recorded", items.findLast(({ origin }) => origin === "recorded")?.id ?? afterId]),
      };
    items.push(asKnown(listed));
  }
  return { items, nextCursor: null };
}
