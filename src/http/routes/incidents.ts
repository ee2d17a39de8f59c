import { createRoute, z } from "@hono/zod-openapi";
import { Severity } from "../../domain/alert-event.ts";
import { Report } from "../../domain/report.ts";
import { idempotencyKeyOf } from "../idempotency.ts";
import { IdempotencyHeader, IncidentId, IncidentPath, json, Line, PageQuery } from "../parameters.ts";
import { refusals } from "../problem.ts";
import { keyFor } from "../principal.ts";
import type { Surface } from "../surface.ts";
import { IncidentDetailView, incidentDetailView, IncidentView, incidentView } from "../views/incidents.ts";

const TAGS = ["incidents"];
const Time = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .openapi({ type: "string", format: "date-time" });
const Name = Line(200).min(1);

const NewIncidentBody = z
  .strictObject({
    title: Line(500).min(1),
    id: IncidentId.nullable().optional().openapi({ description: "Causeway generates an id when this is absent." }),
    system: Name.nullable().optional(),
    severity: Severity.nullable().optional(),
    alarm_at: Time.nullable().optional().openapi({ description: "When the alarm fired." }),
    window: z
      .strictObject({ start: Time, end: Time })
      .refine(({ start, end }) => start < end, "end must be after start")
      .nullable()
      .optional()
      .openapi({ description: "Time range of its telemetry." }),
    entry: Name.nullable().optional().openapi({ description: "The service where requests enter the system." }),
    target: z
      .strictObject({ entity: Name, metric: Name })
      .nullable()
      .optional()
      .openapi({ description: "The entity and metric of the alarm." }),
  })
  .openapi("NewIncident");
type NewIncidentBody = z.infer<typeof NewIncidentBody>;

const toNewIncident = ({
  title,
  id = null,
  system,
  severity = null,
  alarm_at,
  window,
  entry,
  target,
}: NewIncidentBody) => ({
  title,
  id,
  severity,
  ...(system === undefined ? {} : { system }),
  ...(alarm_at === undefined ? {} : { alarmAtMs: alarm_at }),
  ...(window === undefined ? {} : { window: window === null ? null : { startMs: window.start, endMs: window.end } }),
  ...(entry === undefined ? {} : { entry }),
  ...(target === undefined ? {} : { target }),
});

/** Incidents: create, get, list, and find similar ones. */
export function addIncidentRoutes({ app, service, gate }: Surface): void {
  const create = createRoute({
    method: "post",
    path: "/v1/incidents",
    tags: TAGS,
    summary: "Create an incident",
    ...gate.takesJson("analyse", "required"),
    request: {
      headers: IdempotencyHeader,
      body: { required: true, content: { "application/json": { schema: NewIncidentBody } } },
    },
    responses: {
      201: json(IncidentView, "Created"),
      200: json(IncidentView, "Already created with the same Idempotency-Key"),
      ...refusals(400, 401, 403, 408, 409, 413, 415, 422, 429),
    },
  });
  app.openapi(create, async (c) => {
    const { incident, created } = await service.createIncident(
      toNewIncident(c.req.valid("json")),
      keyFor(c, idempotencyKeyOf(c)),
    );
    c.header("location", `/v1/incidents/${encodeURIComponent(incident.id)}`);
    return created ? c.json(incidentView(incident), 201) : c.json(incidentView(incident), 200);
  });

  const list = createRoute({
    method: "get",
    path: "/v1/incidents",
    tags: TAGS,
    summary: "List incidents, newest first",
    ...gate.needs("read"),
    request: { query: PageQuery },
    responses: {
      200: json(z.object({ items: z.array(IncidentView), next_cursor: z.string().nullable() }), "One page"),
      ...refusals(401, 403, 422, 429),
    },
  });
  app.openapi(list, async (c) => {
    const { limit, cursor = null } = c.req.valid("query");
    const { items, nextCursor } = await service.listIncidents({ limit, cursor });
    return c.json({ items: items.map(incidentView), next_cursor: nextCursor }, 200);
  });

  const get = createRoute({
    method: "get",
    path: "/v1/incidents/{incidentId}",
    tags: TAGS,
    summary: "Get an incident with its alerts, uploads and analyses",
    ...gate.needs("read"),
    request: { params: IncidentPath },
    responses: { 200: json(IncidentDetailView, "The incident"), ...refusals(401, 403, 404, 422, 429) },
  });
  app.openapi(get, async (c) =>
    c.json(incidentDetailView(await service.getIncident(c.req.valid("param").incidentId)), 200),
  );

  const similar = createRoute({
    method: "get",
    path: "/v1/incidents/{incidentId}/similar",
    tags: TAGS,
    summary: "List similar past incidents, from the newest report",
    ...gate.needs("read"),
    request: { params: IncidentPath },
    responses: {
      200: json(z.object({ items: Report.shape.similar }), "Most similar first"),
      ...refusals(401, 403, 404, 422, 429),
    },
  });
  app.openapi(similar, async (c) =>
    c.json({ items: await service.recalledIncidents(c.req.valid("param").incidentId) }, 200),
  );
}
