import { createRoute, z } from "@hono/zod-openapi";
import { AnalysisPath, json } from "../parameters.ts";
import { refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";
import { DeadLetterView, deadLetterView } from "../views/analyses.ts";

const TAGS = ["dead letters"];

/** Analyses that failed too often: list them and retry them. */
export function addDeadLetterRoutes({ app, service, gate }: Surface): void {
  const list = createRoute({
    method: "get",
    path: "/v1/dead-letters",
    tags: TAGS,
    summary: "List analyses that failed too often",
    ...gate.needs("admin"),
    responses: {
      200: json(z.object({ items: z.array(DeadLetterView) }), "Newest first"),
      ...refusals(401, 403, 429),
    },
  });
  app.openapi(list, async (c) => c.json({ items: (await service.deadLetters()).map(deadLetterView) }, 200));

  const retry = createRoute({
    method: "post",
    path: "/v1/dead-letters/{analysisId}/retry",
    tags: TAGS,
    summary: "Retry an analysis",
    ...gate.takesJson("admin", "optional"),
    request: { params: AnalysisPath },
    responses: {
      202: json(z.object({ analysis_id: z.string(), status: z.literal("queued") }), "Queued again"),
      ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429),
    },
  });
  app.openapi(retry, async (c) => {
    const { analysisId } = c.req.valid("param");
    await service.retry(analysisId);
    c.header("location", `/v1/analyses/${encodeURIComponent(analysisId)}`);
    return c.json({ analysis_id: analysisId, status: "queued" as const }, 202);
  });
}
