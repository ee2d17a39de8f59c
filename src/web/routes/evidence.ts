import { IncidentError } from "../../domain/errors.ts";
import type { Report } from "../../domain/report.ts";
import { alertsPage, allEvidencePage, oneEvidencePage } from "../incident/evidence-page.ts";
import { evidenceBody } from "../incident/evidence-part.ts";
import type { Pages } from "../pages.ts";

const MAX_FILTER = 500;

const filterOf = (text: string | undefined): string | null =>
  text === undefined || text === "" ? null : text.slice(0, MAX_FILTER);
const pageOf = (text: string | undefined): number => {
  const page = Number(text ?? "1");
  return Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1;
};

/** The evidence of a report: all of it, one finding in full, and the alerts. */
export function addEvidencePageRoutes({ app, service, open, send, sendPart }: Pages): void {
  const reportOf = async (analysisId: string): Promise<Report> => {
    const { id, report } = await service.getAnalysis(analysisId);
    if (report !== null) return report;
    throw new IncidentError("NOT_FOUND", `analysis ${id} has no report yet`, { hint: "Wait until it is done." });
  };

  app.get("/analyses/:analysisId/evidence", async (c) => {
    const context = await open(c, "read");
    const report = await reportOf(c.req.param("analysisId"));
    const { entity, signal, page } = c.req.query();
    const filter = { entity: filterOf(entity), signal: filterOf(signal), page: pageOf(page) };
    return send(c, context, allEvidencePage(report, filter));
  });

  app.get("/analyses/:analysisId/evidence/:evidenceId", async (c) => {
    const context = await open(c, "read");
    const { analysisId, evidenceId } = c.req.param();
    const rerun = c.req.query("rerun") === "1";
    const listing = await service.evidence(analysisId, { ids: [evidenceId], rerun, signal: c.req.raw.signal });
    const [item] = listing.evidence;
    if (item === undefined)
      throw new IncidentError("NOT_FOUND", `there is no evidence ${evidenceId}`, { hint: "List all of the report." });
    return c.req.query("part") === "1"
      ? sendPart(c, evidenceBody(item, rerun))
      : send(c, context, oneEvidencePage(listing, item));
  });

  app.get("/analyses/:analysisId/alerts", async (c) => {
    const context = await open(c, "read");
    const report = await reportOf(c.req.param("analysisId"));
    const incident = await service.getIncident(report.incident_id);
    return send(c, context, alertsPage(report, incident, pageOf(c.req.query("page"))));
  });
}
