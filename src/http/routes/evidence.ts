import { createRoute, z } from "@hono/zod-openapi";
import { EvidenceListing } from "../../domain/evidence-listing.ts";
import { AnalysisPath, json } from "../parameters.ts";
import { refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";

/** Evidence ids in one request. */
const MAX_IDS = 200;
const Ids = z
  .string()
  .regex(/^E\d{1,6}(,E\d{1,6})*$/)
  .transform((text) => text.split(","))
  .refine((ids) => ids.length <= MAX_IDS)
  .optional()
  .openapi({
    type: "string",
    example: "E7,E51",
    description: "Only these ids. Without it, all evidence of the report.",
  });
const Rerun = z
  .enum(["true", "false"])
  .optional()
  .openapi({ description: "Run the queries again, and compare the results of then and now." });
const EvidenceView = EvidenceListing.extend({}).openapi("EvidenceListing");

/** The evidence of a report. */
export function addEvidenceRoutes({ app, service, gate }: Surface): void {
  const list = createRoute({
    method: "get",
    path: "/v1/analyses/{analysisId}/evidence",
    tags: ["analyses"],
    summary: "List the evidence of a report: numbers, queries, and the lines or points behind them",
    ...gate.needs("read"),
    request: { params: AnalysisPath, query: z.object({ ids: Ids, rerun: Rerun }) },
    responses: {
      200: json(EvidenceView, "The evidence, in the order of its ids"),
      ...refusals(401, 403, 404, 422, 429),
    },
  });
  app.openapi(list, async (c) => {
    const { ids, rerun } = c.req.valid("query");
    const { signal } = c.req.raw;
    const options = { rerun: rerun === "true", signal, ...(ids === undefined ? {} : { ids }) };
    return c.json(await service.evidence(c.req.valid("param").analysisId, options), 200);
  });
}
