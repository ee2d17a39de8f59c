import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer, type TestServer } from "./server.ts";

let server: TestServer;
let path: string;
beforeAll(async () => {
  // No worker runs, so the analysis stays queued and its streams stay open.
  server = await startServer({ settings: { http: { requestsPerSecond: 10_000 } } });
  const posted = await server.ask("/v1/incidents/shop-001/analyses", { method: "POST" });
  path = `${posted.headers.get("location")}/events`;
});
afterAll(() => server.stop());

/** A stream ends when its response is garbage collected, so the response is kept. */
const open = async (): Promise<{ response: Response; status: number; close(): void }> => {
  const gone = new AbortController();
  const response = await fetch(server.url + path, { signal: gone.signal });
  return { response, status: response.status, close: () => gone.abort() };
};

it("holds fifty streams for one principal and reuses the slot of a closed stream", async () => {
  const streams = await Promise.all(Array.from({ length: 50 }, open));
  expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await open()).status).toBe(429);
  expect(await server.ask(path, { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  for (const { close } of streams) close();
  await expect.poll(async () => (await open()).status).toBe(200);
});

it("refuses an invalid event id and an unknown analysis", async () => {
  expect(await server.ask(path, { headers: { "last-event-id": "soon" } })).toMatchObject({ status: 422 });
  expect(await server.ask(`${path}?after=-1`)).toMatchObject({ status: 422 });
  expect(await server.ask("/v1/analyses/an-none/events")).toMatchObject({ status: 404, json: { status: 404 } });
});

it("ends a stream within seconds when its key is revoked, or when a first key ends the time without keys", async () => {
  const other = await startServer();
  const { headers } = await other.ask("/v1/incidents/shop-001/analyses", { method: "POST" });
  const address = `${other.url}${headers.get("location")}/events`;
  const local = await fetch(address);
  const { key, secret } = await other.service.createKey({ name: "ana", scopes: ["read"] });
  const kept = await other.service.createKey({ name: "ben", scopes: ["read"] });
  const gone = new AbortController();
  const [ana, ben] = await Promise.all(
    [secret, kept.secret].map((one) =>
      fetch(address, { headers: { authorization: `Bearer ${one}` }, signal: gone.signal }),
    ),
  );
  expect([local.status, ana?.status, ben?.status]).toEqual([200, 200, 200]);
  expect(await local.text()).toContain("retry: ");
  await other.service.revokeKey(key.id);
  expect(await ana?.text()).toContain("retry: ");
  // a stream whose key is still valid stays open: its slot and its reader are there
  expect(await Promise.race([ben?.text(), new Promise((done) => setImmediate(done, "open"))])).toBe("open");
  gone.abort();
  await other.stop();
});

it("ends its streams when the server closes", async () => {
  const other = await startServer();
  const { headers } = await other.ask("/v1/incidents/shop-001/analyses", { method: "POST" });
  const stream = await fetch(`${other.url}${headers.get("location")}/events`);
  const [text] = await Promise.all([stream.text(), other.stop()]);
  expect(text).toContain("retry: ");
});
