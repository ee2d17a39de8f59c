import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operationsOf } from "./operations.ts";
import { startServer, STORES, type TestServer } from "./server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

it("refuses in one format, with the trace id of the log", async () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const { status, headers, json } = await server.ask("/v1/incidents/nothing", {
    headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
  });
  expect(status).toBe(404);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(headers.get("traceparent")).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
  expect(json).toEqual({
    type: "urn:causeway:problem:not-found",
    title: expect.any(String),
    status: 404,
    detail: expect.stringContaining("nothing"),
    hint: expect.any(String),
    trace_id: trace,
  });
});

it("lists the methods of a path", async () => {
  const refused = await server.ask("/v1/incidents/shop-001", { method: "DELETE" });
  expect(refused).toMatchObject({ status: 405, json: { status: 405 } });
  expect(refused.headers.get("allow")).toBe("GET, HEAD");
  expect(await server.ask("/v1/nothing")).toMatchObject({ status: 404 });
});

it("names each invalid field", async () => {
  expect(await server.ask("/v1/incidents", { json: { title: "", severity: "awful", extra: 1 } })).toMatchObject({
    status: 422,
    json: {
      errors: expect.arrayContaining([
        { path: "title", message: expect.any(String) },
        { path: "severity", message: expect.any(String) },
      ]),
    },
  });
  expect(await server.ask("/v1/incidents?limit=1000")).toMatchObject({
    status: 422,
    json: { errors: [{ path: "limit" }] },
  });
  expect(await server.ask("/v1/incidents?cursor=made-up")).toMatchObject({ status: 422 });
  expect(
    await server.ask("/v1/incidents", {
      json: { title: "x", window: { start: "2026-03-02T10:00:00Z", end: "2026-03-02T09:00:00Z" } },
    }),
  ).toMatchObject({ status: 422, json: { errors: [{ path: "window" }] } });
});

it.each(["ada\napproved by root", "ada\u202egro", "ada\u009b31m", "ada\u2028root", "\u0007"])(
  "takes no name %j, which would read as something else where it is shown",
  async (name) => {
    const sha256 = "0".repeat(64);
    expect(
      await server.ask("/v1/actions/an-1-a1/approve", { json: { script_sha256: sha256, on_behalf_of: name } }),
    ).toMatchObject({ status: 422, json: { errors: [{ path: "on_behalf_of" }] } });
    expect(await server.ask("/v1/incidents", { json: { title: name, system: name } })).toMatchObject({
      status: 422,
      json: { errors: [{ path: "title" }, { path: "system" }] },
    });
  },
);

it.each([
  "..%2f..%2fetc%2fpasswd",
  "%2e%2e",
  "a%00b",
  "a%0d%0ax-injected:%20yes",
  "%ff",
  "-x",
  "a".repeat(300),
  "shop-001%2f..%2f..",
  "__proto__",
])("does not take %s for an id", async (id) => {
  for (const path of [`/v1/incidents/${id}`, `/v1/analyses/${id}/events`]) {
    const { status, headers, text } = await server.ask(path);
    expect([404, 422]).toContain(status);
    expect(headers.get("x-injected")).toBeNull();
    expect(text).not.toContain("root:");
  }
});

it("refuses requests over the limit, and says when to retry", async () => {
  const slow = await startServer({ settings: { http: { requestsPerSecond: 0.01 } } });
  expect((await slow.ask("/v1/incidents")).status).toBe(429);
  expect(Number((await slow.ask("/v1/incidents")).headers.get("retry-after"))).toBeGreaterThan(10);
  expect((await slow.ask("/healthz")).status).toBe(200);
  await slow.stop();
});

it("gives a rate limit account to each valid key, and none to a made-up key", async () => {
  const slow = await startServer({ settings: { http: { requestsPerSecond: 0.3 } } }); // a burst of three
  const [key, other] = [await slow.newKey("read"), await slow.newKey("read")];
  expect([
    (await slow.ask("/v1/incidents", { key })).status,
    (await slow.ask("/v1/incidents", { key: other })).status,
  ]).toEqual([200, 200]);
  const madeUp: number[] = [];
  for (let guess = 0; guess < 3; guess += 1)
    madeUp.push((await slow.ask("/readyz", { key: `cwk_guess-${guess}` })).status);
  expect(madeUp).toEqual([200, 429, 429]);
  expect([
    (await slow.ask("/v1/incidents", { key })).status,
    (await slow.ask("/v1/incidents", { key: other })).status,
  ]).toEqual([200, 200]);
  await slow.stop();
});

it("answers 429 when the queue is full", async () => {
  const small = await startServer({ settings: { service: { maxQueued: 1 } } });
  expect((await small.ask("/v1/incidents/shop-001/analyses", { method: "POST" })).status).toBe(202);
  const refused = await small.ask("/v1/incidents/shop-002/analyses", { method: "POST" });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  await small.stop();
});

it("sends security headers with every response", async () => {
  for (const path of ["/healthz", "/v1/incidents", "/docs", "/nothing"]) {
    const { headers } = await server.ask(path);
    expect(
      Object.fromEntries(
        ["x-content-type-options", "x-frame-options", "referrer-policy", "cache-control"].map((name) => [
          name,
          headers.get(name),
        ]),
      ),
    ).toEqual({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
  }
});

it("serves OpenAPI 3.1 with scopes and responses of each operation, and a page that loads nothing", async () => {
  const { json } = await server.ask("/openapi.json");
  expect(json).toMatchObject({ openapi: "3.1.0", info: { title: "Causeway" } });
  expect((await operationsOf(server)).length).toBeGreaterThan(20);
  const page = await server.ask("/docs");
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(page.text).toContain("/v1/actions/{actionId}/approve");
  expect(page.text).toContain(`curl -i -X POST ${server.url}/v1/incidents/`);
  expect(page.text).not.toMatch(/<script|<link|<img|src=|https?:\/\/(?!127\.0\.0\.1)/);
  expect((await server.ask("/")).text).toContain("<h1>Incidents</h1>");
});

describe.each(STORES)("a repeated request with the same Idempotency-Key, on %s", (_name, newDatabase) => {
  let kept: TestServer;
  beforeAll(async () => {
    kept = await startServer({ databaseUrl: await newDatabase() });
  });
  afterAll(() => kept.stop());
  const create = (title: string, key: string) =>
    kept.ask("/v1/incidents", { json: { title }, headers: { "idempotency-key": key } });

  it("gets the answer of the first, byte for byte, also when both arrive at once", async () => {
    const [first, second] = await Promise.all([create("one", "a"), create("one", "a")]);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.text).toBe(first.text);
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    expect((await kept.ask("/v1/incidents")).json.items).toContainEqual(
      expect.objectContaining({ id: first.json.id, title: "one" }),
    );
  });

  it("is refused when its body differs", async () => {
    await create("one", "b");
    expect(await create("two", "b")).toMatchObject({ status: 422 });
    expect(await create("three", "a key with blanks")).toMatchObject({ status: 400 });
  });

  it("is recognized after a restart and by other processes", async () => {
    const first = await create("lasting", "l");
    const other = await startServer({ databaseUrl: kept.databaseUrl, home: kept.home });
    const again = (title: string) =>
      other.ask("/v1/incidents", { json: { title }, headers: { "idempotency-key": "l" } });
    expect(await again("another")).toMatchObject({ status: 409 });
    expect(await again("lasting")).toMatchObject({ status: 200, json: { id: first.json.id } });
    await other.stop({ keepHome: true });
  });

  it("runs again when the first failed", async () => {
    const analyse = (id: string) =>
      kept.ask(`/v1/incidents/${id}/analyses`, { method: "POST", headers: { "idempotency-key": "c" } });
    expect((await analyse("not-yet")).status).toBe(404);
    await kept.ask("/v1/incidents", { json: { title: "now", id: "not-yet" } });
    const made = await analyse("not-yet");
    expect(made).toMatchObject({ status: 202, json: { created: true } });
    expect((await analyse("not-yet")).text).toBe(made.text);
  });

  it("lists page by page, each incident once", async () => {
    for (const title of ["p1", "p2", "p3"]) await create(title, `page-${title}`);
    await kept.ask("/v1/incidents", { json: { title: "p4", id: "posted" } });
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const { json } = await kept.ask(
        `/v1/incidents?limit=2${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      seen.push(...(json.items as { id: string }[]).map(({ id }) => id));
      cursor = json.next_cursor as string | null;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(["shop-001", "shop-006", "posted"]));
  });
});
