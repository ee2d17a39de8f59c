import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { qdrantAdmin } from "../../../src/connectors/qdrant/admin.ts";
import { type QdrantOptions, qdrantMemoryStore } from "../../../src/connectors/qdrant/memory-store.ts";
import type { Embedder, EmbeddingModel, MemoryDocument } from "../../../src/domain/memory.ts";
import { type QdrantProcess, startQdrant } from "../../servers/qdrant.ts";
import { incident, MODEL, vectorOf } from "../memory-documents.ts";
import { HANG_MS } from "../../hang.ts";

// Tests of the server itself, with its own server and a key.
const KEY = "key-of-the-tests";
let server: QdrantProcess;
let prefixes = 0;
beforeAll(async () => {
  server = await startQdrant({ apiKey: KEY });
});
afterAll(() => server.stop());

const optionsOf = (overrides: Partial<QdrantOptions> = {}): QdrantOptions => ({
  url: server.url,
  apiKey: KEY,
  timeoutMs: HANG_MS,
  prefix: `p${(prefixes += 1)}`,
  shards: null,
  replicas: null,
  onDisk: false,
  ...overrides,
});
function openStore(options: QdrantOptions, model: EmbeddingModel = MODEL) {
  const store = qdrantMemoryStore(options, model);
  onTestFinished(() => store.close());
  return store;
}
const entries = (...documents: MemoryDocument[]) =>
  documents.map((document) => ({ document, vector: vectorOf(document.text) }));
const ask = (store: ReturnType<typeof openStore>) =>
  store.search({
    kind: "incident",
    tenant: "default",
    text: "pool",
    vector: vectorOf("pool"),
    excludeIncidentIds: [],
    limit: 5,
  });

it("leaves no trace of removed documents in the server's files", async () => {
  const store = openStore(optionsOf());
  const marked = Array.from({ length: 3 }, (_, i) => incident(`m${i}`, `MARKED${i}q7x4 pool`));
  await store.put(entries(...marked, incident("kept", "KEPTq7x4 pool")));
  await store.put(entries(incident("m0", "MARKEDagainq7x4 pool", { atMs: 9000 })));
  expect(holding("MARKED")).not.toEqual([]);
  await store.remove({ ids: marked.map(({ id }) => id) });
  expect(holding("MARKED")).toEqual([]);
  expect(holding("KEPTq7x4")).not.toEqual([]);
  expect(await ask(store)).toMatchObject([{ document: { incidentId: "kept" } }]);
});

/** The server, until it has answered something that begins like this; from then on nobody answers there. */
async function cutOffAfter(pathStart: string): Promise<string> {
  let isOff = false;
  const proxy = createServer((request, response) => {
    if (isOff) return void request.socket.destroy();
    isOff = `${request.method} ${request.url}`
      .replace(/collections\/p\d+--[^/?]+/, "collections/<name>")
      .startsWith(pathStart);
    const { method, headers, url = "" } = request;
    const onward = forward(new URL(url, server.url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => void proxy.close());
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

it.each([
  ["the points were deleted", "POST /collections/<name>/points/delete"],
  ["the rest was copied", "PUT /collections/<name>/points"],
  ["the copy was in use", "POST /collections/aliases"],
])("leaves no trace of removed documents when the removal is repeated after a kill %s", async (_, last) => {
  const options = optionsOf();
  const id = `gone-${options.prefix}`;
  await openStore(options).put(entries(incident(id, `CUT${id}q7x4 pool`), incident("kept", "pool")));
  const removing = { ids: [`default/incident/${id}`] };
  await expect(openStore({ ...options, url: await cutOffAfter(last) }).remove(removing)).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
  const again = openStore(options);
  await again.remove(removing);
  expect(holding(`CUT${id}q7x4`)).toEqual([]);
  expect(await ask(again)).toMatchObject([{ document: { incidentId: "kept" } }]);
});

it("copies documents written during a re-embedding if the command is killed before its second pass", async () => {
  const options = optionsOf();
  const old = openStore(options);
  await old.put(entries(incident("a", "pool"), incident("b", "pool")));
  const newer: EmbeddingModel = { ...MODEL, version: "2" };
  const late = [incident("late", "pool"), incident("a", "pool again", { atMs: 9000 })];
  const embed = async (texts: readonly string[]) => {
    await old.put(entries(...late));
    return texts.map(vectorOf);
  };
  await expect(
    qdrantAdmin({ ...options, url: await cutOffAfter("POST /collections/aliases") }).reembed({ model: newer, embed }),
  ).rejects.toMatchObject({ code: "UNAVAILABLE" });
  const again: Embedder = { model: newer, embed: async (texts) => texts.map(vectorOf) };
  expect(await qdrantAdmin(options).reembed(again)).toBe(2);
  const store = openStore(options, newer);
  expect(await store.describe()).toMatchObject({ count: 3 });
  expect(await store.get("default/incident/a")).toMatchObject({ text: "pool again" });
  expect(await qdrantAdmin(options).reembed(again)).toBe(0);
});

/** Files of the server that hold these bytes. */
const holding = (text: string): string[] =>
  spawnSync("grep", ["-rlaF", text, server.dir], { encoding: "utf8" })
    .stdout.split("\n")
    .filter((path) => path !== "");

it.each([
  ["no key", null],
  ["a wrong key", "wrong-key"],
])("reports that the server refuses %s without showing it", async (_, apiKey) => {
  const store = openStore(optionsOf({ apiKey }));
  await expect(store.put(entries(incident("a", "pool")))).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringMatching(/refused the key \(HTTP 401\)(?!.*wrong-key)/),
    hint: expect.stringContaining("QDRANT_API_KEY"),
  });
});

it("names the address and the reason when nothing listens there", async () => {
  const store = openStore(optionsOf({ url: "http://127.0.0.1:9" }));
  await expect(ask(store)).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringMatching(/^Qdrant could not be reached: .*ECONNREFUSED.*http:\/\/127\.0\.0\.1:9\//),
  });
});

it("stops with the caller's signal, which is not a server failure", async () => {
  const store = openStore(optionsOf());
  const query = {
    kind: "incident",
    tenant: "default",
    text: "pool",
    vector: vectorOf("pool"),
    excludeIncidentIds: [],
    limit: 5,
  } as const;
  await expect(store.search(query, AbortSignal.abort(new Error("the user went home")))).rejects.toThrow(
    "the user went home",
  );
});

it("loses nothing acknowledged when the server is killed, and works again after its restart", async () => {
  const options = optionsOf();
  const store = openStore(options);
  const batch = (start: number) =>
    entries(...Array.from({ length: 200 }, (_, i) => incident(`i${start + i}`, `pool ${start + i}`)));
  await store.put(batch(0));
  const dying = store.put(batch(200)).then(
    () => 400,
    () => 200,
  );
  await server.kill();
  const acknowledged = await dying;
  await expect(ask(store)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await server.restart();
  const found = await store.known(Array.from({ length: acknowledged }, (_, i) => `default/incident/i${i}`));
  expect(found.size).toBe(acknowledged);
  await store.put(batch(0));
  await store.put(batch(200));
  expect(await store.describe()).toMatchObject({ count: 400 });
});

function snapshotFile(): string {
  const dir = mkdtempSync(join(tmpdir(), "causeway-snapshot-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, "memory.snapshot");
}

it("restores lost documents from a snapshot, also on a new server", async () => {
  const [options, elsewhere] = [optionsOf(), optionsOf()];
  const [store, other] = [openStore(options), openStore(elsewhere)];
  await store.put(entries(incident("a", "pool"), incident("b", "pool")));
  const file = snapshotFile();
  await qdrantAdmin(options).snapshot(MODEL, file);
  expect(
    readdirSync(join(server.dir, "snapshots"), { recursive: true }).filter((name) =>
      String(name).endsWith(".snapshot"),
    ),
  ).toEqual([]);
  await store.remove({ ids: ["default/incident/a"] });
  await store.put(entries(incident("c", "pool")));
  await qdrantAdmin(options).restore(MODEL, file);
  expect((await ask(store)).map(({ document }) => document.incidentId).toSorted()).toEqual(["a", "b"]);
  await qdrantAdmin(elsewhere).restore(MODEL, file);
  expect(await ask(other)).toHaveLength(2);
  await other.put(entries(incident("d", "pool")));
  expect(await other.describe()).toMatchObject({ count: 3 });
});

it("refuses a snapshot of another model, an invalid file and a missing one, and stays unchanged", async () => {
  const [options, elsewhere] = [optionsOf(), optionsOf()];
  const store = openStore(options);
  await store.put(entries(incident("a", "pool")));
  const model = { ...MODEL, version: "2" };
  await openStore(elsewhere, model).put(entries(incident("x", "pool")));
  const file = snapshotFile();
  await qdrantAdmin(elsewhere).snapshot(model, file);
  await expect(qdrantAdmin(options).restore(MODEL, file)).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("test-words@2/8"),
  });
  writeFileSync(file, "no snapshot");
  await expect(qdrantAdmin(options).restore(MODEL, file)).rejects.toMatchObject({ name: "IncidentError" });
  await expect(qdrantAdmin(options).restore(MODEL, `${file}.none`)).rejects.toMatchObject({ code: "BAD_INPUT" });
  expect(await ask(store)).toMatchObject([{ document: { incidentId: "a" } }]);
});

it("takes no snapshot of an empty memory, nor into a missing folder", async () => {
  const options = optionsOf();
  await expect(qdrantAdmin(options).snapshot(MODEL, snapshotFile())).rejects.toMatchObject({ code: "NOT_FOUND" });
  await openStore(options).put(entries(incident("a", "pool")));
  await expect(qdrantAdmin(options).snapshot(MODEL, "/nowhere/at/all/memory.snapshot")).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("/nowhere/at/all"),
  });
});

it("lays out collections as configured", async () => {
  const options = optionsOf({ shards: 2, replicas: 1, onDisk: true });
  await openStore(options).put(entries(incident("a", "pool")));
  const headers = { "api-key": KEY };
  const getJson = async (path: string) =>
    z.looseObject({ result: z.any() }).parse(await (await fetch(`${server.url}${path}`, { headers })).json());
  const { result } = await getJson("/collections");
  const { name } = result.collections.find((collection: { name: string }) =>
    collection.name.startsWith(`${options.prefix}--`),
  );
  const described = await getJson(`/collections/${name}`);
  expect(described.result.config.params).toMatchObject({
    shard_number: 2,
    replication_factor: 1,
    vectors: { dense: { size: 8, on_disk: true } },
    sparse_vectors: { bm25: { modifier: "idf", index: { on_disk: true } } },
  });
  expect(described.result.payload_schema).toMatchObject({
    tenant: { data_type: "keyword", params: { is_tenant: true } },
    atMs: { data_type: "float" },
    outcome: { data_type: "keyword" },
    cause: {},
    "shape.services": {},
  });
});
