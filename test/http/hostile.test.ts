import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { speak } from "./socket.ts";
import { startServer, type TestServer } from "./server.ts";

let server: TestServer;
let host: string;
beforeAll(async () => {
  server = await startServer({
    others: { "/others/events": async (request) => new Response(await request.text()) },
  });
  host = `host: ${new URL(server.url).host}\r\n`;
});
afterAll(() => server.stop());

const post = (path: string, headers: string) =>
  `POST ${path} HTTP/1.1\r\n${host}content-type: application/json\r\n${headers}\r\n`;

it("refuses ten megabytes of JSON by content-length, and by the bytes received without one", async () => {
  const megabyte = "[".repeat(2 ** 20);
  const answer = await speak(
    server.url,
    post("/v1/incidents", "connection: close\r\ncontent-length: 10485760\r\n"),
    ...Array.from({ length: 10 }, () => megabyte),
  );
  const chunked = await speak(
    server.url,
    post("/v1/webhooks/alertmanager", "connection: close\r\ntransfer-encoding: chunked\r\n"),
    ...Array.from({ length: 10 }, () => `100000\r\n${megabyte}\r\n`),
    "0\r\n\r\n",
  );
  expect([answer.status, chunked.status]).toEqual([413, 413]);
});

it("passes requests of another surface unchanged, and none that is too large", async () => {
  expect(await server.ask("/others/events", { body: "a=%7B%7D&b" })).toMatchObject({ status: 200, text: "a=%7B%7D&b" });
  expect((await server.ask("/others/events", { body: "x".repeat(2 ** 20 + 1) })).status).toBe(413);
});

it("refuses JSON that is nested too deep", async () => {
  const deep = '{"a":'.repeat(100_000);
  expect(
    await server.ask("/v1/webhooks/alertmanager", { body: deep, headers: { "content-type": "application/json" } }),
  ).toMatchObject({ status: 400, json: { detail: expect.stringContaining("nested") } });
  expect(
    await server.ask("/v1/incidents", { body: "[".repeat(1_000_000), headers: { "content-type": "application/json" } }),
  ).toMatchObject({ status: 400 });
});

it("sets no prototype from JSON", async () => {
  const body = '{"title":"x","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}';
  expect((await server.ask("/v1/incidents", { body, headers: { "content-type": "application/json" } })).status).toBe(
    422,
  );
  expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
});

it("times out slow heads and bodies, and serves others meanwhile", async () => {
  const impatient = await startServer({
    settings: { http: { headTimeoutMs: 2_000, bodyTimeoutMs: 2_000 } },
    others: { "/others/events": async (request) => new Response(await request.text()) },
  });
  const slowHead = speak(impatient.url, `GET /healthz HTTP/1.1\r\n${host}`);
  const slowBody = speak(impatient.url, post("/v1/incidents", "content-length: 100\r\n"), "{");
  const slowUpload = speak(
    impatient.url,
    `POST /v1/incidents/shop-001/logs HTTP/1.1\r\n${host}content-type: text/plain\r\ncontent-length: 100\r\n\r\n`,
    "a line\n",
  );
  const slowOther = speak(impatient.url, post("/others/events", "content-length: 100\r\n"), "{");
  expect((await impatient.ask("/healthz")).status).toBe(200);
  expect((await slowOther).status).toBe(408);
  expect((await slowHead).status).toBe(408);
  expect((await slowBody).status).toBe(408);
  expect((await slowUpload).status).toBe(408);
  await impatient.stop();
});

it.each([
  [
    "a body of two lengths",
    `POST /v1/incidents HTTP/1.1\r\n%content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /x`,
    [400],
  ],
  ["a head that never ends", `GET /healthz HTTP/1.1\r\n%x: ${"a".repeat(40_000)}\r\n\r\n`, [431]],
  ["no host", "GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n", [400]],
  ["a host that is none", "GET /healthz HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n", [400]],
  ["input that is not HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01", [400]],
  ["a proxy's method", "CONNECT evil.example:443 HTTP/1.1\r\n%\r\n", [0, 400, 405]],
  ["a bare line end in a header", `GET /healthz HTTP/1.1\r\n%x: a\nb: c\r\nconnection: close\r\n\r\n`, [200, 400]],
])("answers %s, and goes on", async (_what, bytes, statuses) => {
  const { status, text } = await speak(server.url, bytes.replace("%", host));
  expect(statuses).toContain(status);
  expect(text).not.toMatch(/\n\s+at /);
  expect((await server.ask("/healthz")).status).toBe(200);
});

it("lets no caller inject headers or log lines", async () => {
  const { status, headers } = await server.ask("/v1/incidents", {
    json: { title: "a\r\nx-injected: yes" },
    headers: { "idempotency-key": "k" },
  });
  expect([201, 422]).toContain(status);
  expect(headers.get("x-injected")).toBeNull();
  expect((await server.ask("/v1/incidents", { json: { title: "\u0000 bell \u0007" } })).status).toBe(422);
});

/** Memory that is held after garbage was collected. The resident size also holds what V8 has not yet returned. */
async function heldBytes(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  await new Promise(setImmediate); // closed sockets let go of their buffers
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

it("keeps its memory through a storm of large invalid requests", async () => {
  const patient = await startServer({ settings: { http: { requestsPerSecond: 10_000 } } });
  const large = JSON.stringify({ title: "x", extra: "y".repeat(1_000_000) });
  const storm = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += 10)
      await Promise.all(
        Array.from({ length: 10 }, () =>
          patient.ask("/v1/incidents", { body: large, headers: { "content-type": "application/json" } }),
        ),
      );
  };
  await storm(20); // warm-up: memory that a process keeps after its first work
  const before = await heldBytes();
  await storm(60);
  await patient.stop();
  expect(((await heldBytes()) - before) / 2 ** 20).toBeLessThan(30); // 60 MB were sent
});
