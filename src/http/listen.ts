import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { CausewayService } from "../service/causeway-service.ts";
import type { Config } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import { type AppOptions, buildApp } from "./app.ts";
import { isLoopback } from "./origin-guard.ts";
import { PROBLEM_TYPE } from "./problem.ts";

/** `close` accepts no new requests, lets running ones finish, and ends streams. Idempotent. */
export type Listening = { url: string; close(): Promise<void> };

/** Longest request in milliseconds, including a long upload. */
const REQUEST_TIMEOUT_MS = 300_000;
const LIMITS = { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024 } as const;
const MAX_HEADERS = 100;
const MAX_CONNECTIONS = 2_000;
/** Milliseconds that running requests get to finish when the server closes. */
const GRACE_MS = 10_000;
const SWEEP_MS = 50;

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
  throw new IncidentError("CONFIG", `the service does not listen on the network (${host}) without a key`, {
    hint: "Make a key with `causeway keys create`, set CAUSEWAY_API_KEY, or listen on 127.0.0.1.",
  });
}

const bind = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "is in use" : `is not available (${cause.code ?? cause.message})`;
      reject(
        new IncidentError("CONFIG", `${host}:${port} ${why}`, {
          hint: "Choose another address with --host and --port, or stop the program that listens there.",
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
  // finished requests leave their connection open
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(grace);
}
