import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { qdrantMemoryStore } from "../../../src/connectors/qdrant/memory-store.ts";
import { incident, MODEL, vectorOf } from "../memory-documents.ts";
import { HANG_MS } from "../../hang.ts";

// Servers that a real Qdrant cannot be made to be: old, full, behind a proxy, closing connections.

/** A memory over a server that answers each request as `answer` does; its address ends in `/qdrant`. */
async function memoryOver(
  answer: (response: ServerResponse, request: { path: string; socket: Socket; count: number }) => void,
  timeoutMs = HANG_MS,
) {
  let count = 0;
  const server = createServer((request, response) => {
    request
      .resume()
      .once("end", () => answer(response, { path: String(request.url), socket: request.socket, count: (count += 1) }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://user:secret@127.0.0.1:${typeof address === "object" ? address?.port : 0}/qdrant/`;
  const store = qdrantMemoryStore(
    { url, apiKey: null, timeoutMs, prefix: "memory", shards: null, replicas: null, onDisk: false },
    MODEL,
  );
  onTestFinished(async () => {
    await store.close();
    server.closeAllConnections();
    server.close();
  });
  return { store, put: () => store.put([{ document: incident("a", "pool"), vector: vectorOf("pool") }]) };
}
const json = (response: ServerResponse, body: unknown, status = 200): void =>
  void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const VERSION = { title: "qdrant - vector search engine", version: "1.16.3" };

it("reports a server that is too old, and the version it needs", async () => {
  const { store } = await memoryOver((response) => json(response, { title: "qdrant", version: "1.9.7" }));
  await expect(store.describe()).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("version 1.9.7"),
    hint: expect.stringContaining("1.16"),
  });
});

it("keeps the path of the address, and never shows its user info", async () => {
  const paths: string[] = [];
  const { store } = await memoryOver((response, { path }) => {
    paths.push(path);
    json(response, { status: { error: "no" } }, 418);
  });
  await expect(store.describe()).rejects.toMatchObject({
    code: "REJECTED",
    message: expect.not.stringContaining("secret"),
  });
  expect(paths).toEqual(["/qdrant/"]);
  expect(store.name).not.toContain("secret");
});

it("reports a full disk of the server", async () => {
  // the answer of 1.16.3 on a file system of 260 MB that was full
  const full = {
    status: { error: "Service internal error: No space left on device: WAL buffer size exceeds available disk space" },
    time: 0.1,
  };
  const { put } = await memoryOver((response, { path }) =>
    path === "/qdrant/"
      ? json(response, VERSION)
      : path === "/qdrant/aliases"
        ? json(response, { result: { aliases: [] } })
        : json(response, full, 500),
  );
  await expect(put()).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("its disk is full"),
    hint: expect.stringContaining("more disk"),
  });
});

it.each<[string, (response: ServerResponse) => void, string]>([
  ["a login page", (response) => void response.end("<html>Sign in</html>"), "BAD_RESPONSE"],
  [
    "a refusal that is a page",
    (response) => void response.writeHead(502).end("<html>Bad\ngateway</html>"),
    "UNAVAILABLE",
  ],
  ["another program's JSON", (response) => json(response, { hello: "world" }), "BAD_RESPONSE"],
  ["too many requests", (response) => json(response, { status: { error: "slow down" } }, 429), "UNAVAILABLE"],
])("classifies %s", async (_, answer, code) => {
  const { store } = await memoryOver(answer);
  await expect(store.describe()).rejects.toMatchObject({ name: "IncidentError", code });
});

it("limits the wait for the headers and for the end of a response", async () => {
  const silent = await memoryOver(() => undefined, 100);
  await expect(silent.store.describe()).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("100 ms"),
  });
  const endless = await memoryOver((response) => void response.write("{"), 100);
  await expect(endless.store.describe()).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

it("retries once on a new connection when the server closed the old one", async () => {
  const sockets = new Set<Socket>();
  const closing = await memoryOver((response, { path, socket, count }) => {
    sockets.add(socket);
    if (count === 2) return void socket.destroy();
    return json(response, path === "/qdrant/" ? VERSION : { result: { aliases: [] } });
  });
  expect(await closing.store.describe()).toMatchObject({ count: 0 });
  expect(sockets.size).toBe(2);
  const always = await memoryOver((_, { socket }) => void socket.destroy());
  await expect(always.store.describe()).rejects.toMatchObject({ code: "UNAVAILABLE" });
});
