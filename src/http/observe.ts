import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Logger } from "pino";
import type { ServiceMetrics } from "../compose/service/metrics.ts";
import type { AppEnv } from "./surface.ts";
import { continueTrace, traceparentOf } from "./trace-context.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Follows each request: its trace, one line in the log, and the counts. Labels are routes, never paths: a stranger must not make time series. */
export const observe =
  ({ log, metrics, now }: { log: Logger; metrics: ServiceMetrics; now: () => number }): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const startedMs = now();
    c.set("trace", continueTrace(c.req.header("traceparent")));
    c.set("principal", null);
    await next();
    c.header("traceparent", traceparentOf(c.var.trace));
    const method = METHODS.has(c.req.method) ? c.req.method : "other";
    const route = matchedRoutes(c).findLast(({ method: bound }) => bound !== "ALL")?.path ?? "unmatched";
    const status = c.res.status;
    const ms = now() - startedMs;
    metrics.httpRequests.inc({ method, route, status: String(status) });
    if (c.res.headers.get("content-type") !== "text/event-stream") metrics.httpSeconds.observe({ method, route }, ms / 1_000);
    const { incidentId, analysisId, actionId } = c.req.param() as Readonly<Record<string, string | undefined>>;
    const line = { traceId: c.var.trace.traceId, method, route, status, ms, by: c.var.principal?.name, incidentId, analysisId, actionId };
    if (status >= 500) log.error({ ...line, err: c.error }, "a request failed");
    else log.info(line, "request");
  };
