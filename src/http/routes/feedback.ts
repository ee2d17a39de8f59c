import { createRoute, z } from "@hono/zod-openapi";
import { isoTime } from "../../domain/time.ts";
import { principalOf } from "../principal.ts";
import { AnalysisPath, IdempotencyHeader, json, Prose } from "../parameters.ts";
import { refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";

const FeedbackBody = z
  .strictObject({
    outcome: z.enum(["confirmed", "corrected", "wrong"]),
    entity: Prose(500).nullable().optional().openapi({ description: "The true root cause, for a correction." }),
    cause: Prose(200).nullable().optional(),
    note: Prose(4_000).nullable().optional(),
  })
  .refine(({ outcome, entity, cause }) => outcome !== "corrected" || (entity ?? cause ?? null) !== null, {
    message: "a correction must give the true entity, cause or both",
    path: ["outcome"],
  })
  .openapi("FeedbackRequest");
const FeedbackView = z
  .object({
    analysis_id: z.string(),
    outcome: z.enum(["confirmed", "corrected", "wrong"]),
    entity: z.string().nullable(),
    cause: z.string().nullable(),
    note: z.string().nullable(),
    by: z.string(),
    at: z.iso.datetime(),
  })
  .openapi("Feedback");

/** Feedback on a report. The memory learns from it. */
export function addFeedbackRoutes({ app, service, gate }: Surface): void {
  const route = createRoute({
    method: "post",
    path: "/v1/analyses/{analysisId}/feedback",
    tags: ["analyses"],
    summary: "Give feedback on a report",
    ...gate.takesJson("analyse", "required"),
    request: {
      params: AnalysisPath,
      headers: IdempotencyHeader,
      body: { required: true, content: { "application/json": { schema: FeedbackBody } } },
    },
    responses: {
      201: json(FeedbackView, "The recorded feedback"),
      ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429),
    },
  });
  app.openapi(route, async (c) => {
    const { outcome, entity = null, cause = null, note = null } = c.req.valid("json");
    const { feedback } = await service.feedback({
      analysisId: c.req.valid("param").analysisId,
      outcome,
      entity,
      cause,
      note,
      by: principalOf(c).name,
    });
    const { analysisId, by, atMs } = feedback;
    return c.json({ analysis_id: analysisId, outcome, entity, cause, note, by, at: isoTime(atMs) }, 201);
  });
}
