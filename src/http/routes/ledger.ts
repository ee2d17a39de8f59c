import { createRoute, z } from "@hono/zod-openapi";
import { LEDGER_KEYS } from "../../domain/model-rollup.ts";
import { ledgerJson } from "../../render/ledger-json.ts";
import { json } from "../parameters.ts";
import { refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";
import { LedgerView } from "../views/ledger.ts";

const Query = z.object({
  by: z.enum(LEDGER_KEYS).default("model"),
  since: z.iso
    .datetime({ offset: true })
    .optional()
    .openapi({ description: "Calls from this time on; absent: all on record." }),
});

/** What the calls of language models used and cost. */
export function addLedgerRoutes({ app, service, gate }: Surface): void {
  const summary = createRoute({
    method: "get",
    path: "/v1/ledger",
    tags: ["models"],
    summary: "Sum up the calls of language models",
    ...gate.needs("admin"),
    request: { query: Query },
    responses: { 200: json(LedgerView, "One row for each group, and the total"), ...refusals(401, 403, 422, 429) },
  });
  app.openapi(summary, async (c) => {
    const { by, since } = c.req.valid("query");
    const sinceMs = since === undefined ? null : Date.parse(since);
    return c.json(ledgerJson(await service.ledger({ by, sinceMs })), 200);
  });
}
