import { Agent, request, STATUS_CODES } from "node:http";
import type { z } from "zod";
import { errorStatus } from "./http-server.ts";
import type { ShopLog } from "./logger.ts";
import type { Meters } from "./meters.ts";
import { formatTraceparent, type SpanContext } from "./trace-context.ts";
import type { Tracer } from "./tracer.ts";

/** Result of a call. `status` null: there was no answer; `reason` says why, for a log. */
export type CallResult<T> =
  | { ok: true; status: number; body: T }
  | { ok: false; status: number | null; reason: string };
export type CallOptions<T> = {
  peer: string;
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** The peer's route, for the span name; `path` is the requested path. */
  route: string;
  path?: string;
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs?: number;
  answer: z.ZodType<T>;
  trace: SpanContext;
};
export type CallService = <T>(options: CallOptions<T>) => Promise<CallResult<T>>;
type PeerAddress = { host: string; port: number };
/** Where a peer is now; null: its name is unknown. */
export type FindPeer = (peer: string) => PeerAddress | null | Promise<PeerAddress | null>;
/** `slowMs`: slower calls are logged. */
export type CallerParts = {
  log: ShopLog;
  slowMs: number;
  findPeer: FindPeer;
  tracer: Tracer;
  meters: Meters;
  defaultTimeoutMs: number;
};

/**
 * Calls peers on this computer over kept-alive connections. Each call has a client span whose child is the server
 * span of the callee.
 */
export function createCaller({ findPeer, tracer, meters, log, slowMs, defaultTimeoutMs }: CallerParts): CallService {
  const requests = meters.counter("http_client_requests_total", "Calls made.");
  const errors = meters.counter("http_client_errors_total", "Calls that failed or were answered with 4xx or 5xx.");
  const timeouts = meters.counter("http_client_timeouts_total", "Calls given up.");
  const durations = meters.histogram(
    "http_client_request_duration_seconds",
    "Time until a call was answered or failed.",
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });

  return async <T>({
    peer,
    method,
    route,
    path = route,
    body,
    headers,
    timeoutMs = defaultTimeoutMs,
    answer,
    trace,
  }: CallOptions<T>) => {
    const span = tracer(`${method} ${peer}${route}`, trace, "client");
    const startedMs = performance.now();
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const address = await findPeer(peer);
    const reply = await exchange({
      agent,
      address,
      peer,
      method,
      path,
      payload,
      headers: { ...headers, traceparent: formatTraceparent(span.context) },
      timeoutMs,
    });

    const tookMs = performance.now() - startedMs;
    requests.add();
    durations.observe(tookMs / 1000);
    if (tookMs > slowMs) log("WARN", "slow call", { peer, route, durationMs: Math.round(tookMs) }, trace);
    if (!("status" in reply)) {
      errors.add();
      if (reply.timedOut) timeouts.add();
      span.end(`ERROR: ${reply.reason}`);
      return { ok: false, status: null, reason: reply.reason };
    }
    if (reply.status >= 400) {
      errors.add();
      span.end(errorStatus(reply.status));
      return { ok: false, status: reply.status, reason: `${reply.status} ${STATUS_CODES[reply.status] ?? ""}` };
    }
    span.end("OK");
    return { ok: true, status: reply.status, body: answer.parse(JSON.parse(reply.text)) };
  };
}

type Exchange = {
  agent: Agent;
  address: PeerAddress | null;
  peer: string;
  method: string;
  path: string;
  payload: string | undefined;
  headers: Record<string, string>;
  timeoutMs: number;
};
type Reply = { status: number; text: string } | { reason: string; timedOut: boolean };

function exchange({ agent, address, peer, method, path, payload, headers, timeoutMs }: Exchange): Promise<Reply> {
  if (address === null)
    return Promise.resolve({ timedOut: false, reason: `name not resolved (getaddrinfo ENOTFOUND ${peer})` });
  return new Promise((resolve) => {
    const outgoing = request(
      { agent, ...address, method, path, headers: { ...headers, "content-type": "application/json" } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", fail);
        incoming.on("end", () => {
          clearTimeout(deadline);
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      },
    );
    let timedOut = false;
    const deadline = setTimeout(() => {
      timedOut = true;
      outgoing.destroy();
    }, timeoutMs);
    function fail(error: NodeJS.ErrnoException): void {
      clearTimeout(deadline);
      resolve({ timedOut, reason: timedOut ? `no answer within ${timeoutMs} ms` : connectionFailure(error) });
    }
    outgoing.on("error", fail);
    outgoing.on("close", () => fail(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
    outgoing.end(payload);
  });
}

/** Peers at fixed ports of this computer. @throws {RangeError} for a peer without one: a mistake of the program */
export const peersAtPorts =
  (ports: Readonly<Record<string, number>>): FindPeer =>
  (peer) => {
    const port = ports[peer];
    if (port === undefined) throw new RangeError(`the port of ${peer} is unknown: add it to the peers of this service`);
    return { host: "127.0.0.1", port };
  };

function connectionFailure({ code }: NodeJS.ErrnoException): string {
  if (code === "ECONNREFUSED") return "connection refused";
  return code === "ECONNRESET" ? "connection reset by peer" : `connection failed (${code ?? "unknown"})`;
}
