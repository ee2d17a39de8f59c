import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { CausewayService } from "../service/causeway-service.ts";
import type { Config } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import { type AppOptions, buildApp } from "./app.ts";
import { bind, closeGracefully, type Listening } from "./bind.ts";
import { isLoopback } from "./origin-guard.ts";
import { PROBLEM_TYPE } from "./problem.ts";

/** Longest request in milliseconds, including a long upload. */
const REQUEST_TIMEOUT_MS = 300_000;
const LIMITS = { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024 } as const;
const MAX_HEADERS = 100;
const MAX_CONNECTIONS = 2_000;

const REFUSED_HEADS: Readonly<Record<string, readonly [status: number, slug: string, title: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "head-too-large", "Request Header Fields Too Large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "too-slow", "Request Timeout"],
};
const MALFORMED = [400, "malformed", "Bad Request"] as const;

/** The answer to bytes that are not an HTTP request. @see RFC 9457 */
const problemText = ([status, slug, title]: readonly [number, string, string]): string =>
  JSON.stringify({
    type: `urn:causeway:problem:${slug}`,
    title,
    status,
    detail: "The server could not parse this as an HTTP request.",
  });

/**
 * Starts the HTTP server.
 *
 * @throws {IncidentError} CONFIG when the address is in use or not available, when the server would listen on the
 *   network without a
 *   key, or when a webhook mapping is unusable.
 */
export async function listen(
  service: CausewayService,
  options: Omit<AppOptions, "closing"> & { config: Config },
): Promise<Listening> {
  const { config, log } = options;
  const { host, port } = config.service;
  await requireKeyOnNetwork(service, config);
  const closing = new AbortController();
  const app = buildApp(service, { ...options, closing: closing.signal });
  const handle = getRequestListener(app.fetch, {
    errorHandler: () =>
      new Response(problemText(MALFORMED), { status: 400, headers: { "content-type": PROBLEM_TYPE } }),
  });
  const { headTimeoutMs } = config.http;
  const server = createServer(
    { ...LIMITS, headersTimeout: headTimeoutMs, connectionsCheckingInterval: headTimeoutMs / 5 },
    (request, response) => void handle(request, response),
  );
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = MAX_CONNECTIONS;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return socket.destroy();
    const refused = REFUSED_HEADS[error.code ?? ""] ?? MALFORMED;
    const body = problemText(refused);
    const head = [
      `HTTP/1.1 ${refused[0]} ${refused[2]}`,
      "connection: close",
      `content-type: ${PROBLEM_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
    ];
    return socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  });
  const url = await bind(server, host, port);
  log.info({ url }, "listening");
  return { url, close: () => closeGracefully(server, closing) };
}

async function requireKeyOnNetwork(service: CausewayService, { service: { host }, http, web }: Config): Promise<void> {
  if (
    isLoopback(host) ||
    http.apiKey !== null ||
    web.oidc !== null || // the pages ask for a sign-in, and the API for a key that nobody has yet
    (await service.listKeys()).some(({ revokedAtMs }) => revokedAtMs === null)
  )
    return;
  throw new IncidentError("CONFIG", `the service does not listen on the network (${host}) without a key`, {
    hint: "Make a key with `causeway keys create`, set CAUSEWAY_API_KEY, or listen on 127.0.0.1.",
  });
}
