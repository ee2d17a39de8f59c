import { trace } from "@opentelemetry/api";
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Logger } from "pino";
import type { ServiceMetrics } from "../service/metrics.ts";
import { tracerName } from "../app/version.ts";
import type { AppEnv } from "./app-env.ts";
import { beginRequestSpan } from "./request-span.ts";
import { readTraceparent, traceparentOf } from "./trace-context.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * Observes each request: a span, one log line, and metrics. Labels are routes, never paths, so that callers cannot
 * create series.
 */
export function observe({
  log,
  metrics,
  now,
}: {
  log: Logger;
  metrics: ServiceMetrics;
  now: () => number;
}): MiddlewareHandler<AppEnv> {
  const tracer = trace.getTracer(...tracerName());
  return async (c, next) => {
    const startedMs = now();
    const method = METHODS.has(c.req.method) ? c.req.method : "other";
    const span = beginRequestSpan(tracer, method, readTraceparent(c.req.header("traceparent")));
    c.set("trace", span.trace);
    c.set("principal", null);
    await next();
    c.header("traceparent", traceparentOf(span.trace));
    const route = matchedRoutes(c).findLast(({ method: bound }) => bound !== "ALL")?.path ?? "unmatched";
    const status = c.res.status;
    const ms = now() - startedMs;
    span.end({ method, route, status });
    metrics.httpRequests.inc({ method, route, status: String(status) });
    if (c.res.headers.get("content-type") !== "text/event-stream")
      metrics.httpSeconds.observe({ method, route }, ms / 1_000);
    const { incidentId, analysisId, actionId } = c.req.param() as Readonly<Record<string, string | undefined>>;
    const line = {
      traceId: span.trace.traceId,
      method,
      route,
      status,
      ms,
      by: c.var.principal?.name,
      incidentId,
      analysisId,
      actionId,
    };
    if (status >= 500) log.error({ ...line, err: c.error }, "request failed");
    else log.info(line, "request");
  };
}
