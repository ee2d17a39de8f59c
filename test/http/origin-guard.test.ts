import { afterAll, beforeAll, expect, it } from "vitest";
import { SCOPES } from "../../src/domain/service.ts";
import { operationsOf, knock } from "./operations.ts";
import { speak } from "./socket.ts";
import { startServer, type TestServer } from "./server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const withHeaders = async (
  headers: Record<string, string>,
  method = "GET",
  path = "/v1/incidents",
): Promise<number> => {
  const head = [
    `${method} ${path} HTTP/1.1`,
    ...Object.entries({ host: new URL(server.url).host, connection: "close", ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
  ];
  return (await speak(server.url, `${head.join("\r\n")}\r\n\r\n`)).status;
};

it("needs no key on this machine while none exists, except to administer or to execute", async () => {
  for (const operation of await operationsOf(server)) {
    const { status } = await knock(server, operation);
    expect([operation.path, status === 401, status === 403]).toEqual([
      operation.path,
      false,
      operation.scope === "admin" || operation.scope === "execute",
    ]);
  }
});

it.each([
  "evil.example",
  "evil.example:80",
  "127.0.0.1.evil.example",
  "localhost.evil.example",
  "[::2]",
  "",
  "a b",
  "127.0.0.1@evil.example",
])("does not answer to the name %j, which a page may have made point here", async (host) => {
  expect([400, 421]).toContain(await withHeaders({ host }));
});

it.each(["localhost", "127.0.0.1", "127.9.9.9:1", "[::1]:8787", "LOCALHOST:80"])(
  "accepts the host name %s",
  async (host) => {
    expect(await withHeaders({ host })).toBe(200);
  },
);

it.each([
  { origin: "https://evil.example" },
  { origin: "null" },
  { origin: "http://127.0.0.1:1" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
])("refuses changes from pages of other sites: %j", async (headers) => {
  expect(await withHeaders(headers, "POST", "/v1/incidents/shop-001/analyses")).toBe(403);
});

it("accepts requests from its own page, and lets no other page read", async () => {
  const own = await withHeaders(
    { origin: server.url, "sec-fetch-site": "same-origin" },
    "POST",
    "/v1/incidents/nothing/analyses",
  );
  expect(own).toBe(404);
  const { headers } = await server.ask("/v1/incidents", { headers: { origin: "https://evil.example" } });
  expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
});

it("refuses JSON under another content type, such as a form of a web page sends", async () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
    expect(
      await server.ask("/v1/incidents", { body: '{"title":"x"}', headers: { "content-type": type } }),
    ).toMatchObject({ status: 415 });
  }
});

it.each(["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "via", "x-real-ip"])(
  "needs a key for requests through a proxy (%s), because anybody may be behind it",
  async (header) => {
    expect(await withHeaders({ [header]: "203.0.113.7" })).toBe(401);
  },
);

it("needs a key for everybody as soon as the first key exists", async () => {
  const other = await startServer();
  expect((await other.ask("/v1/incidents")).status).toBe(200);
  const key = await other.newKey("read");
  expect((await other.ask("/v1/incidents")).status).toBe(401);
  expect((await other.ask("/v1/incidents", { key })).status).toBe(200);
  await other.stop();
});

it("refuses to listen on the network without a key", async () => {
  await expect(startServer({ env: { CAUSEWAY_HOST: "0.0.0.0" } })).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("without a key"),
  });
  const open = await startServer({
    env: { CAUSEWAY_HOST: "0.0.0.0", CAUSEWAY_API_KEY: "a-key-that-is-long-enough" },
    settings: { http: { allowedHosts: ["Causeway.example"] } },
  });
  const url = open.url.replace("0.0.0.0", "127.0.0.1");
  const asHost = async (host: string) =>
    (
      await speak(
        url,
        `GET /metrics HTTP/1.1\r\nhost: ${host}\r\n` +
          "authorization: Bearer a-key-that-is-long-enough\r\nconnection: close\r\n\r\n",
      )
    ).status;
  expect([await asHost("causeway.example"), await asHost("evil.example")]).toEqual([200, 421]);
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
  expect(await open.newKey(...SCOPES)).toMatch(/^cwk_/);
  await open.stop();
});

it("reports that its port is in use", async () => {
  await expect(startServer({ env: { CAUSEWAY_PORT: new URL(server.url).port } })).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("is in use"),
  });
});
