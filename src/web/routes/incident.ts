import { incidentPage } from "../incident/incident-page.ts";
import { readIncident } from "../incident/incident-data.ts";
import type { Pages } from "../pages.ts";

/** One incident: its newest report, or the report of one analysis at an address that can be shared. */
export function addIncidentRoutes({ app, service, open, send }: Pages): void {
  app.get("/incidents/:incidentId", async (c) => {
    const context = await open(c, "read");
    const data = await readIncident(service, c.req.param("incidentId"), null, context.nowMs);
    return send(c, context, incidentPage(data, context, context.nowMs));
  });

  app.get("/analyses/:analysisId", async (c) => {
    const context = await open(c, "read");
    const { id, incidentId } = await service.getAnalysis(c.req.param("analysisId"));
    const data = await readIncident(service, incidentId, id, context.nowMs);
    return send(c, context, incidentPage(data, context, context.nowMs));
  });
}
