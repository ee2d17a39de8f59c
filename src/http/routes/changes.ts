import { createRoute, z } from "@hono/zod-openapi";
import { MAX_CHANGES, ReportedChange } from "../../domain/reported-change.ts";
import { isoTime } from "../../domain/time.ts";
import { admitSender } from "../admit-sender.ts";
import { parseJson, readBytes, requireJson } from "../body.ts";
import { keySecurity } from "../gate.ts";
import { IdempotencyHeader, json, Line, Prose } from "../parameters.ts";
import { refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";

const TAGS = ["changes"];
const { url, files, diff } = ReportedChange.shape;

const ChangeBody = z
  .strictObject({
    at: z.iso.datetime({ offset: true }).optional().openapi({ description: "When it took effect. Absent: now." }),
    entity: Line(200).min(1).openapi({ description: "The service that it changed.", example: "checkout" }),
    kind: z.enum(ReportedChange.shape.kind.options).openapi({ example: "deploy" }),
    id: Line(200)
      .min(1)
      .openapi({ description: "Its name at the sender, such as a commit. A later report of it replaces this one." }),
    summary: Prose(2_000).nullable().optional(),
    type: Line(40).optional().openapi({ description: "`commit`: what a deploy with the same id carries." }),
    author: Line(200).optional(),
    url,
    files,
    diff,
  })
  .openapi("Change");

const ChangesBody = z.strictObject({ changes: z.array(ChangeBody).min(1).max(MAX_CHANGES) }).openapi("Changes");
const Accepted = z
  .object({
    accepted: z.number().int(),
    duplicates: z.number().int().openapi({ description: "Changes that were reported before, with the same content." }),
  })
  .openapi("AcceptedChanges");

/** Changes that others report: in Causeway's own format, or as each sender reports them. */
export function addChangeRoutes(surface: Surface, { needsProof }: { needsProof: boolean }): void {
  const { app, service, gate, changeDoors, bodyTimeoutMs, now } = surface;
  const report = createRoute({
    method: "post",
    path: "/v1/changes",
    tags: TAGS,
    summary: "Report changes to the system: deploys, configuration, feature flags, scaling, runs",
    ...gate.takesJson("analyse", "required"),
    request: {
      headers: IdempotencyHeader,
      body: { required: true, content: { "application/json": { schema: ChangesBody } } },
    },
    responses: { 202: json(Accepted, "Stored"), ...refusals(400, 401, 403, 408, 409, 413, 415, 422, 429) },
  });
  app.openapi(report, async (c) => {
    const { changes } = c.req.valid("json");
    const reported = changes.map(({ at = isoTime(now()), summary = null, ...change }) =>
      ReportedChange.parse({ timeUnixMs: Date.parse(at), summary, ...change }),
    );
    return c.json(await service.reportChanges("api", reported), 202);
  });

  const admit = admitSender(surface, needsProof);
  for (const door of changeDoors.values()) {
    const route = createRoute({
      method: "post",
      path: `/v1/changes/${door.source}`,
      tags: TAGS,
      summary: `Receive changes from ${door.source}`,
      security: keySecurity("analyse"),
      request: {
        body: {
          required: true,
          description: "The payload of the sender, at most 1 MiB.",
          content: { "application/json": { schema: {} } },
        },
      },
      responses: {
        202: json(Accepted, "Stored, if it reports a change"),
        ...refusals(400, 401, 403, 408, 413, 415, 422, 429),
      },
    });
    app.openapi(route, async (c) => {
      const receivedAtMs = now();
      const rawBody = await readBytes(c, bodyTimeoutMs);
      await admit(c, door, rawBody);
      requireJson(c);
      const changes = door.read(parseJson(rawBody), { receivedAtMs, header: (name) => c.req.header(name) });
      return c.json(await service.reportChanges(door.source, changes), 202);
    });
  }
}
