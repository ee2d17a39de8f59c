import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { type Scope, SCOPES } from "../../src/domain/service.ts";
import { startServer, type TestServer } from "../http/server.ts";
import { speak } from "../http/socket.ts";
import { everyCall } from "./every-tool.ts";

const NEEDS_ANALYSE = ["analyze_incident", "ask"];
const READS = Object.keys(everyCall("", "")).filter((name) => !NEEDS_ANALYSE.includes(name));

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    mcp: true,
    env: { CAUSEWAY_API_KEY: "the-configured-key-of-this-test" },
    settings: { http: { requestsPerSecond: 10_000 } },
  });
});
afterAll(() => server.stop());

async function clientWith(key: string): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${key}` } },
    }),
  );
  onTestFinished(() => client.close());
  return client;
}

const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} };
const ACCEPT = { accept: "application/json, text/event-stream" };

const TABLE: readonly (readonly [Scope[], readonly string[]])[] = [
  [["read"], READS],
  [["analyse"], NEEDS_ANALYSE],
  [
    ["read", "analyse"],
    [...READS, ...NEEDS_ANALYSE],
  ],
  [[...SCOPES], [...READS, ...NEEDS_ANALYSE]],
];

it.each(TABLE)("with the scopes %j, exactly these tools exist: %j", async (scopes, expected) => {
  const client = await clientWith(await server.newKey(...scopes));
  expect((await client.listTools()).tools.map(({ name }) => name).toSorted()).toEqual([...expected].toSorted());
  for (const name of Object.keys(everyCall("none", "none"))) {
    if (expected.includes(name)) continue;
    await expect(client.callTool({ name, arguments: everyCall("none", "none")[name] ?? {} })).rejects.toThrow(
      /not found/i,
    );
  }
});

it("has no tool that approves, rejects, executes or deletes, and marks each that reads", async () => {
  const { tools } = await (await clientWith(await server.newKey(...SCOPES))).listTools();
  expect(tools.filter(({ name }) => /approve|reject|execut|^run|delete|decide|remove/.test(name))).toEqual([]);
  for (const { name, annotations } of tools) {
    expect([name, annotations?.readOnlyHint]).toEqual([name, !NEEDS_ANALYSE.includes(name)]);
    expect([name, annotations?.destructiveHint]).toEqual([name, false]);
  }
});

it("refuses a key that may neither read nor analyze, a wrong key, and no key", async () => {
  const ask = (key?: string) =>
    server.ask("/mcp", { json: LIST, headers: ACCEPT, ...(key === undefined ? {} : { key }) });
  expect((await ask(await server.newKey("approve"))).status).toBe(403);
  expect((await ask(await server.newKey("admin"))).status).toBe(403);
  expect((await ask("wrong-key-of-nobody")).status).toBe(401);
  expect((await ask()).status).toBe(401);
});

it("sets no cookie, gives out no session id, and holds nothing between requests", async () => {
  const key = await server.newKey("read");
  const answer = await server.ask("/mcp", { json: LIST, headers: ACCEPT, key });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("set-cookie")).toBeNull();
  expect(answer.headers.get("mcp-session-id")).toBeNull();
  for (const method of ["GET", "DELETE"])
    expect((await server.ask("/mcp", { method, headers: ACCEPT, key })).status).toBe(405);
});

it("refuses other names in Host, and pages of other sites", async () => {
  const key = await server.newKey("read");
  const body = JSON.stringify(LIST);
  const post = async (headers: Record<string, string>): Promise<number> => {
    const head = Object.entries({
      host: new URL(server.url).host,
      connection: "close",
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "content-length": String(body.length),
      ...ACCEPT,
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`);
    return (await speak(server.url, `POST /mcp HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n${body}`)).status;
  };
  expect(await post({})).toBe(200);
  expect(await post({ host: "evil.example" })).toBe(421);
  expect(await post({ origin: "https://evil.example" })).toBe(403);
  expect(await post({ origin: "null" })).toBe(403);
  expect(await post({ "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await post({ "content-type": "text/plain" })).toBe(415);
});

it("refuses bodies that are too large or too deep before anything reads them", async () => {
  const key = await server.newKey("read");
  const ask = (body: string) =>
    server.ask("/mcp", { body, headers: { ...ACCEPT, "content-type": "application/json" }, key });
  expect((await ask("[".repeat(2 ** 20 + 1))).status).toBe(413);
  expect((await ask(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)).status).toBe(400);
  expect((await ask("{")).status).toBe(400);
});

it("speaks no older protocol than 2025-11-25", async () => {
  const params = { protocolVersion: "2024-11-05", capabilities: {}, clientInfo: { name: "old", version: "1" } };
  const answer = await server.ask("/mcp", {
    json: { jsonrpc: "2.0", id: 1, method: "initialize", params },
    headers: ACCEPT,
    key: await server.newKey("read"),
  });
  expect(answer.text).toContain('"protocolVersion":"2025-11-25"');
});
