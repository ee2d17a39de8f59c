import { incidentListPage } from "../incident-list/list-page.ts";
import type { IncidentRow } from "../incident-list/rows.ts";
import type { Pages } from "../pages.ts";

const PAGE_SIZE = 50;

/** The list of incidents: the first page that people see. */
export function addIncidentListRoutes({ app, service, open, send }: Pages): void {
  app.get("/", async (c) => {
    const context = await open(c, "read");
    const { items, nextCursor } = await service.listIncidents({
      limit: PAGE_SIZE,
      cursor: c.req.query("cursor") ?? null,
    });
    const rows: IncidentRow[] = [];
    for (const incident of items) {
      const [analysis = null] = await service.listAnalyses({ incidentId: incident.id, limit: 1 });
      const conclusions = analysis === null ? new Map() : await service.conclusionsOf([analysis.id]);
      rows.push({ incident, analysis, conclusion: conclusions.get(analysis?.id ?? "") ?? null, owner: null });
    }
    const next = nextCursor === null ? null : `/?cursor=${encodeURIComponent(nextCursor)}`;
    return send(c, context, incidentListPage({ rows, nowMs: context.nowMs, next }));
  });
}
