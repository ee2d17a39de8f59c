import { createHash } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import { NotInvestigated } from "../../domain/alert-manners.ts";
import { admitSender } from "../admit-sender.ts";
import { parseJson, readBytes, requireJson } from "../body.ts";
import { keySecurity } from "../gate.ts";
import { json } from "../parameters.ts";
import { refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";

const Accepted = z
  .object({
    incident_id: z.string().nullable().openapi({ description: "The first of incident_ids; null when there is none." }),
    incident_ids: z.array(z.string()),
    accepted: z.number().int(),
    duplicates: z.number().int(),
    repeated: z.boolean().openapi({ description: "True when Causeway received this exact delivery before." }),
    not_investigated: z
      .array(NotInvestigated.extend({ incident_id: z.string() }))
      .openapi({ description: "Those of the incidents that are not investigated, and why." }),
  })
  .openapi("AcceptedDelivery");

/** Webhooks for alerts: one endpoint for each sender. */
export function addWebhookRoutes(surface: Surface, { needsProof }: { needsProof: boolean }): void {
  const { app, service, doors, bodyTimeoutMs, log, now } = surface;
  const admit = admitSender(surface, needsProof);
  for (const door of doors.values()) {
    const route = createRoute({
      method: "post",
      path: `/v1/webhooks/${door.source}`,
      tags: ["webhooks"],
      summary: `Receive alerts from ${door.source}`,
      security: keySecurity("analyse"),
      request: {
        body: {
          required: true,
          description: "The payload of the sender, at most 1 MiB.",
          content: { "application/json": { schema: {} } },
        },
      },
      responses: {
        202: json(Accepted, "Accepted, with the incidents that the alerts belong to"),
        ...refusals(400, 401, 403, 408, 413, 415, 422, 429),
      },
    });
    app.openapi(route, async (c) => {
      const receivedAtMs = now();
      const rawBody = await readBytes(c, bodyTimeoutMs);
      const isProven = await admit(c, door, rawBody);
      requireJson(c, door.contentType);
      const payload = parseJson(rawBody);
      if (isProven && (await door.greet?.(payload)) === true) {
        log.info({ source: door.source }, "confirmed the webhook subscription");
        return c.json(
          { incident_id: null, incident_ids: [], accepted: 0, duplicates: 0, repeated: false, not_investigated: [] },
          202,
        );
      }
      const delivery = door.read(payload, receivedAtMs);
      if (delivery.truncatedAlerts > 0)
        log.warn({ source: door.source, truncatedAlerts: delivery.truncatedAlerts }, "the sender omitted alerts");
      const deliveryId = createHash("sha256").update(`${door.source}\n`).update(rawBody).digest("hex");
      const { incidentIds, accepted, duplicates, repeated, notInvestigated } = await service.acceptAlerts(delivery, {
        deliveryId,
        receivedAtMs,
      });
      return c.json(
        {
          incident_id: incidentIds[0] ?? null,
          incident_ids: incidentIds,
          accepted,
          duplicates,
          repeated,
          not_investigated: notInvestigated.map(({ incidentId, ...held }) => ({ incident_id: incidentId, ...held })),
        },
        202,
      );
    });
  }
}
