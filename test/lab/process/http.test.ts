import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { createCaller, peersAtPorts } from "../../../src/lab/process/http-client.ts";
import { type Route, serveRoutes } from "../../../src/lab/process/http-server.ts";
import { createMeters } from "../../../src/lab/process/meters.ts";
import { openTracer, type SpanLine } from "../../../src/lab/process/tracer.ts";
import { HANG_MS } from "../../hang.ts";

let servers: Server[] = [];
let spanFile = "";
beforeEach(() => {
  spanFile = join(mkdtempSync(join(tmpdir(), "causeway-test-")), "x.spans.jsonl");
});
afterEach(() => {
  servers.forEach((server) => void server.close().closeAllConnections());
  servers = [];
});

const spans = () =>
  readFileSync(spanFile, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as SpanLine);
const trace = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

/** A callee with one route, and a caller with its port. */
async function pair(route: Route) {
  const messages: string[] = [];
  const meters = createMeters();
  const port = await listening(
    serveRoutes({
      routes: [route],
      log: (_, message) => void messages.push(message),
      tracer: openTracer(spanFile, "callee"),
      meters,
    }),
  );
  const call = callerTo(port);
  return { port, call, messages, meters };
}
const callerTo = (port: number) =>
  createCaller({
    findPeer: peersAtPorts({ callee: port }),
    tracer: openTracer(spanFile, "caller"),
    meters: createMeters(),
    log: () => {},
    slowMs: 1000,
    defaultTimeoutMs: HANG_MS,
  });
const Echo = z.object({ sku: z.string() });
const echo: Route = {
  method: "GET",
  path: "/things/{sku}",
  handle: ({ params }) => Promise.resolve({ status: 200, body: params }),
};
const thing = { peer: "callee", method: "GET", route: "/things/{sku}", answer: Echo, trace } as const;

it("makes the callee's server span the child of the caller's client span", async () => {
  const { call } = await pair(echo);
  expect(await call({ ...thing, path: "/things/a%20b" })).toEqual({ ok: true, status: 200, body: { sku: "a b" } });
  const [server, client] = spans();
  expect(client).toMatchObject({
    service: "caller",
    operation: "GET callee/things/{sku}",
    parentSpanId: trace.spanId,
    traceId: trace.traceId,
    status: "OK",
  });
  expect(server).toMatchObject({
    service: "callee",
    operation: "GET /things/{sku}",
    parentSpanId: client?.spanId,
    traceId: trace.traceId,
    status: "OK",
  });
});

it.each([
  [401, "", "ERROR: 401 Unauthorized"],
  [503, "ERROR: 503 Service Unavailable", "ERROR: 503 Service Unavailable"],
])("blames a %d on the side that OpenTelemetry defines", async (status, ofServer, ofClient) => {
  const { call } = await pair({ ...echo, handle: () => Promise.resolve({ status, body: {} }) });
  expect(await call({ ...thing, path: "/things/a" })).toMatchObject({ ok: false, status });
  expect(spans().map((span) => span.status)).toEqual([ofServer, ofClient]);
});

it("answers after a handler that throws, a broken body, a broken path and an unknown route", async () => {
  const { port, call, messages } = await pair({ ...echo, handle: () => Promise.reject(new Error("a bug")) });
  expect(await call({ ...thing, path: "/things/a" })).toMatchObject({ ok: false, status: 500 });
  expect(await get(port, "/things/a", "{half")).toBe(400);
  expect(await get(port, "/things/%E0%A4%A", "")).toBe(404);
  expect(await get(port, "//", "")).toBe(400);
  expect(messages).toEqual(["unhandled error", "malformed request"]);
});

it("reports why there was no answer: refused, or timed out", async () => {
  const closed = createServer();
  const port = await listening(closed);
  closed.close();
  await once(closed, "close");
  expect(await callerTo(port)({ ...thing, path: "/things/a" })).toEqual({
    ok: false,
    status: null,
    reason: "connection refused",
  });
  const silent = await listening(createServer(() => {}));
  expect(await callerTo(silent)({ ...thing, path: "/things/a", timeoutMs: 30 })).toEqual({
    ok: false,
    status: null,
    reason: "no answer within 30 ms",
  });
  expect(spans().map(({ status }) => status)).toEqual(["ERROR: connection refused", "ERROR: no answer within 30 ms"]);
});

it("exports the number of requests and their results at /metrics", async () => {
  const { call, meters } = await pair({
    ...echo,
    handle: ({ params }) => Promise.resolve({ status: Number(params.sku), body: {} }),
  });
  for (const status of [200, 404, 500]) await call({ ...thing, path: `/things/${status}`, answer: z.unknown() });
  const page = meters.expose();
  for (const line of [
    "http_server_requests_total 3",
    "http_server_requests_4xx_total 1",
    "http_server_errors_total 1",
    "http_server_active_requests 0",
  ]) {
    expect(page).toContain(`${line}\n`);
  }
});

function get(port: number, path: string, body: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    request({ host: "127.0.0.1", port, path, method: "GET", headers: { "content-length": body.length } }, (reply) =>
      resolve(reply.resume().statusCode),
    ).end(body);
  });
}
