import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { CausewayService } from "../service/causeway-service.ts";
import type { Config } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import { type AppOptions, buildApp } from "./app.ts";
import { isLoopback } from "./origin-guard.ts";
import { PROBLEM_TYPE } from "./problem.ts";

/** `close` takes no more requests, lets those that run end, and ends streams. Idempotent. */
export type Listening = { url: string; close(): Promise<void> };

/** Milliseconds that a whole request may take, a long upload included. */
const REQUEST_TIMEOUT_MS = 300_000;
const LIMITS = { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024 } as const;
const MAX_HEADERS = 100;
const MAX_CONNECTIONS = 2_000;
/** Milliseconds that running requests have when the server closes. */
const GRACE_MS = 10_000;
const SWEEP_MS = 50;

const REFUSED_HEADS: Readonly<Record<string, readonly [status: number, slug: string, title: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "head-too-large", "Request Header Fields Too Large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "too-slow", "Request Timeout"],
};
const MALFORMED = [400, "malformed", "Bad Request"] as const;

/** The answer where no request could be made of what came. @see RFC 9457 */
const problemText = ([status, slug, title]: readonly [number, string, string]): string =>
  JSON.stringify({
    type: `urn:causeway:problem:${slug}`,
    title,
    status,
    detail: "What came is no HTTP request that is taken here.",
  });

/**
 * Starts the HTTP server.
 *
 * @throws {IncidentError} CONFIG where the address is taken or not ours, where the network could reach a server that asks for no key, or on a webhook mapping that
 *   cannot be read with.
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
    return socket.end(
      `HTTP/1.1 ${refused[0]} ${refused[2]}\r\nconnection: close\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });
  await bind(server, host, port);
  const { address, port: bound, family } = server.address() as AddressInfo;
  const url = `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`;
  log.info({ url }, "listening");
  return { url, close: () => close(server, closing) };
}

async function requireKeyOnNetwork(service: CausewayService, { service: { host }, http }: Config): Promise<void> {
  if (
    isLoopback(host) ||
    http.apiKey !== null ||
    (await service.listKeys()).some(({ revokedAtMs }) => revokedAtMs === null)
  )
    return;
  throw new IncidentError("CONFIG", `the service is not opened to the network (${host}) without a key`, {
    hint: "Make one with `causeway keys create`, or set CAUSEWAY_API_KEY; or listen on 127.0.0.1.",
  });
}

const bind = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "is taken" : `cannot be listened on (${cause.code ?? cause.message})`;
      reject(
        new IncidentError("CONFIG", `${host}:${port} ${why}`, {
          hint: "Take another with --host and --port, or stop what listens there.",
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });

async function close(server: Server, closing: AbortController): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  closing.abort();
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS); // a request that ends leaves its connection open for another
  const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(grace);
}
