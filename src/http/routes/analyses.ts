import { createRoute, z } from "@hono/zod-openapi";
import { IncidentError } from "../../domain/errors.ts";
import { WorkStatus } from "../../domain/service.ts";
import { renderMarkdown } from "../../render/markdown.ts";
import { idempotencyKeyOf } from "../idempotency.ts";
import { keyFor } from "../principal.ts";
import { AnalysisPath, IdempotencyHeader, IncidentId, IncidentPath, json, Limit } from "../parameters.ts";
import { refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";
import { AnalysisSummaryView, analysisSummaryView, AnalysisView, analysisView, ReportView } from "../views/analyses.ts";

const TAGS = ["analyses"];
const AnalysisRequestBody = z
  .strictObject({
    force: z.boolean().optional().openapi({
      description: "Analyze the same data again, for a new plan after the old one expired or was decided.",
    }),
  })
  .openapi("AnalysisRequest");
const Submitted = z
  .object({
    analysis_id: z.string(),
    incident_id: z.string(),
    status: WorkStatus,
    created: z
      .boolean()
      .openapi({ description: "False when an earlier analysis, perhaps finished, already covers all data." }),
  })
  .openapi("SubmittedAnalysis");

/** Analyses: start one with the incident's id, and read its results. */
export function addAnalysisRoutes({ app, service, gate, now }: Surface): void {
  const submit = createRoute({
    method: "post",
    path: "/v1/incidents/{incidentId}/analyses",
    tags: TAGS,
    summary: "Analyze an incident by its id",
    ...gate.takesJson("analyse", "optional"),
    request: {
      params: IncidentPath,
      headers: IdempotencyHeader,
      body: { required: false, content: { "application/json": { schema: AnalysisRequestBody } } },
    },
    responses: {
      202: {
        ...json(Submitted, "Queued, or already finished: follow Location"),
        headers: z.object({ location: z.string() }),
      },
      ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429),
    },
  });
  app.openapi(submit, async (c) => {
    const { incidentId } = c.req.valid("param");
    const { force } = c.req.valid("json");
    const { analysisId, created } = await service.submitAnalysis(incidentId, {
      ...keyFor(c, idempotencyKeyOf(c)),
      ...(force === undefined ? {} : { force }),
    });
    const status = created ? "queued" : (await service.getAnalysis(analysisId)).status;
    c.header("location", `/v1/analyses/${encodeURIComponent(analysisId)}`);
    return c.json({ analysis_id: analysisId, incident_id: incidentId, status, created }, 202);
  });

  const list = createRoute({
    method: "get",
    path: "/v1/analyses",
    tags: TAGS,
    summary: "List analyses, newest first",
    ...gate.needs("read"),
    request: { query: z.object({ incident_id: IncidentId.optional(), limit: Limit }) },
    responses: {
      200: json(z.object({ items: z.array(AnalysisSummaryView) }), "Newest first"),
      ...refusals(401, 403, 404, 422, 429),
    },
  });
  app.openapi(list, async (c) => {
    const { incident_id: incidentId, limit } = c.req.valid("query");
    const items = await service.listAnalyses({ limit, ...(incidentId === undefined ? {} : { incidentId }) });
    return c.json({ items: items.map(analysisSummaryView) }, 200);
  });

  const get = createRoute({
    method: "get",
    path: "/v1/analyses/{analysisId}",
    tags: TAGS,
    summary: "Get an analysis: its status, report and actions",
    ...gate.needs("read"),
    request: { params: AnalysisPath },
    responses: {
      200: json(AnalysisView, "The analysis. `report` is null until it is written."),
      ...refusals(401, 403, 404, 422, 429),
    },
  });
  app.openapi(get, async (c) => c.json(analysisView(await service.getAnalysis(c.req.valid("param").analysisId)), 200));

  const report = createRoute({
    method: "get",
    path: "/v1/analyses/{analysisId}/report",
    tags: TAGS,
    summary: "Get the report only; Markdown with Accept: text/markdown",
    ...gate.needs("read"),
    request: { params: AnalysisPath },
    responses: {
      200: {
        description: "The report",
        content: { "application/json": { schema: ReportView }, "text/markdown": { schema: z.string() } },
      },
      ...refusals(401, 403, 404, 422, 429),
    },
  });
  app.openapi(report, async (c) => {
    const { id, report: found, actions } = await service.getAnalysis(c.req.valid("param").analysisId);
    if (found === null)
      throw new IncidentError("NOT_FOUND", `analysis ${id} has no report yet`, {
        hint: `Follow it at /v1/analyses/${id}/events.`,
      });
    if (!/\btext\/markdown\b/i.test(c.req.header("accept") ?? "")) return c.json(found, 200);
    const decisions = actions.flatMap(({ decision }) => (decision === null ? [] : [decision]));
    return c.body(renderMarkdown(found, { decisions, nowMs: now() }), 200, {
      "content-type": "text/markdown; charset=utf-8",
    });
  });
}
