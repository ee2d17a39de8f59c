import { createRoute, z } from "@hono/zod-openapi";
import { programVersion } from "../../app/version.ts";
import { json } from "../parameters.ts";
import { refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";

const TAGS = ["health"];
const Ready = z
  .object({ ready: z.boolean(), checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })) })
  .openapi("Readiness");

/** Health endpoints. Except for the metrics they reveal nothing private, so they need no key. */
export function addHealthRoutes({ app, service, gate, log }: Surface, { openMetrics }: { openMetrics: boolean }): void {
  const open = { tags: TAGS, security: [] };

  const live = createRoute({
    method: "get",
    path: "/healthz",
    ...open,
    summary: "Liveness: the process runs",
    responses: { 200: json(z.object({ status: z.literal("ok") }), "The process runs") },
  });
  app.openapi(live, (c) => c.json({ status: "ok" as const }, 200));

  const ready = createRoute({
    method: "get",
    path: "/readyz",
    ...open,
    summary: "Readiness: the store answers (a model is not required)",
    responses: { 200: json(Ready, "Ready"), 503: json(Ready, "Not ready: see the failed checks") },
  });
  app.openapi(ready, async (c) => {
    const { ready, checks } = await service.readiness();
    for (const { name, detail } of checks.filter(({ ok }) => !ok)) log.warn({ check: name, detail }, "not ready");
    return c.json({ ready, checks: [...checks] }, ready ? 200 : 503);
  });

  const version = createRoute({
    method: "get",
    path: "/version",
    ...open,
    summary: "Version",
    responses: {
      200: json(z.object({ name: z.literal("causeway"), version: z.string(), node: z.string() }), "The version"),
    },
  });
  const versions = { name: "causeway" as const, version: programVersion(), node: process.version };
  app.openapi(version, (c) => c.json(versions, 200));

  const metrics = createRoute({
    method: "get",
    path: "/metrics",
    tags: TAGS,
    summary: "Metrics of this process, for Prometheus",
    ...(openMetrics ? { security: [] } : gate.needs("read")),
    responses: {
      200: { description: "Prometheus text", content: { "text/plain": { schema: z.string() } } },
      ...(openMetrics ? {} : refusals(401, 403, 429)),
    },
  });
  const { registry } = service.metrics;
  app.openapi(metrics, async (c) => c.text(await registry.metrics(), 200, { "content-type": registry.contentType }));
}
