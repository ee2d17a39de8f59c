import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import { ZodError } from "zod";
import { messageOf } from "../../domain/errors.ts";
import type { ShopLog } from "./logger.ts";
import type { Meters } from "./meters.ts";
import { parseTraceparent, type SpanContext } from "./trace-context.ts";
import type { Tracer } from "./tracer.ts";

/** A request that matched a route. `trace`: the server span, for logs and further calls. */
export type RouteRequest = {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: unknown;
  trace: SpanContext;
};
export type RouteAnswer = { status: number; body: unknown };
/** `path` holds parameters in braces: `/products/{sku}`. */
export type Route = { method: string; path: string; handle: (request: RouteRequest) => Promise<RouteAnswer> };
/**
 * `admit`: resolves when a request may begin; absent: at once. `probes`: paths that answer with a status alone, without
 * a span or a count, as probes ask for.
 */
export type ServerParts = {
  routes: readonly Route[];
  log: ShopLog;
  tracer: Tracer;
  meters: Meters;
  admit?: (trace: SpanContext) => Promise<void>;
  probes?: Readonly<Record<string, () => number>>;
};

/**
 * Status of a server span by the OpenTelemetry HTTP conventions: a 4xx is an error of the caller, not of the server.
 */
const serverSpanStatus = (status: number): string => (status >= 500 ? errorStatus(status) : status >= 400 ? "" : "OK");
export const errorStatus = (status: number): string => `ERROR: ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd();

/** Serves the routes, with a server span and a counter per request, and `/metrics`. */
export function serveRoutes({ routes, log, tracer, meters, admit, probes = {} }: ServerParts): Server {
  const requests = meters.counter("http_server_requests_total", "Requests answered.");
  const errors = meters.counter("http_server_errors_total", "Requests answered with 5xx.");
  const rejections = meters.counter("http_server_requests_4xx_total", "Requests answered with 4xx.");
  const durations = meters.histogram("http_server_request_duration_seconds", "Time to answer.");
  let active = 0;
  meters.gauge("http_server_active_requests", "Requests in hand.", () => active);

  const answerTo = async (message: IncomingMessage, url: URL): Promise<RouteAnswer> => {
    const found = matchRoute(routes, message.method ?? "GET", url.pathname);
    const span = tracer(
      found ? `${message.method} ${found.route.path}` : `${message.method} (no route)`,
      parseTraceparent(message.headers.traceparent as string | undefined),
      "server",
    );
    const startedMs = performance.now();
    active++;
    let answer: RouteAnswer = { status: 404, body: { error: "no such route" } };
    try {
      const request = {
        params: found?.params ?? {},
        query: url.searchParams,
        headers: message.headers,
        body: await readJson(message),
        trace: span.context,
      };
      await admit?.(span.context);
      if (found) answer = await found.route.handle(request);
    } catch (error) {
      // a request that fails must not end the process and the other requests in it
      const malformed = error instanceof SyntaxError || error instanceof ZodError;
      const fields = { route: found?.route.path ?? "none", error: messageOf(error) };
      log(malformed ? "WARN" : "ERROR", malformed ? "malformed request" : "unhandled error", fields, span.context);
      answer = malformed
        ? { status: 400, body: { error: "malformed request" } }
        : { status: 500, body: { error: "internal error" } };
    }
    active--;
    requests.add();
    if (answer.status >= 500) errors.add();
    else if (answer.status >= 400) rejections.add();
    durations.observe((performance.now() - startedMs) / 1000);
    span.end(serverSpanStatus(answer.status));
    return answer;
  };

  const server = createServer((message, reply) => {
    const url = URL.parse(message.url ?? "/", "http://shop");
    if (!url) return void reply.writeHead(400).end();
    if (url.pathname === "/metrics")
      return void reply.setHeader("content-type", "text/plain; version=0.0.4").end(meters.expose());
    const probe = probes[url.pathname];
    if (probe !== undefined) return void reply.writeHead(probe()).end();
    return void answerTo(message, url).then(({ status, body }) => {
      reply.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  server.keepAliveTimeout = 0; // never close an idle connection: closing would race with the next request of the caller
  return server;
}

function matchRoute(routes: readonly Route[], method: string, pathname: string) {
  const parts = pathname.split("/");
  for (const route of routes) {
    const names = route.path.split("/");
    if (route.method !== method || names.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = names.every((name, i) => {
      const part = parts[i] ?? "";
      if (!name.startsWith("{")) return name === part;
      const value = decodePart(part);
      params[name.slice(1, -1)] = value ?? "";
      return value !== null && value !== "";
    });
    if (fits) return { route, params };
  }
  return null;
}

/** Decodes a path segment; null if its percent encoding is broken. */
function decodePart(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

async function readJson(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? null : (JSON.parse(text) as unknown);
}
