import { expect, it, onTestFinished } from "vitest";
import { qdrantMemoryStore } from "../../src/connectors/qdrant/memory-store.ts";
import { sqliteMemoryStore } from "../../src/connectors/sqlite/memory-store.ts";
import type { Embedder, IncidentDocument } from "../../src/domain/memory.ts";
import { importDocuments, type Imported } from "../../src/memory/import-documents.ts";
import { incident, MODEL, vectorOf } from "../connectors/memory-documents.ts";
import { startQdrant } from "../servers/qdrant.ts";
import { HANG_MS } from "../hang.ts";

function countingEmbedder(): Embedder & { embedded: string[] } {
  const embedded: string[] = [];
  return {
    embedded,
    model: MODEL,
    embed: async (texts) => {
      embedded.push(...texts);
      return texts.map(vectorOf);
    },
  };
}
const many = (count: number): IncidentDocument[] =>
  Array.from({ length: count }, (_, i) => incident(`i${i}`, `pool ${i}`));

function embedded() {
  const store = sqliteMemoryStore(":memory:", MODEL);
  onTestFinished(() => store.close());
  return { store, embedder: countingEmbedder() };
}

it("stores all documents in batches, and reports progress", async () => {
  const { store, embedder } = embedded();
  const progress: Imported[] = [];
  const imported = await importDocuments(store, embedder, many(600), { onProgress: (seen) => progress.push(seen) });
  expect(imported).toEqual({ read: 600, written: 600, known: 0, kept: 0 });
  expect(progress.map(({ read }) => read)).toEqual([256, 512, 600]);
  expect(await store.describe()).toMatchObject({ count: 600 });
});

it("does not embed known documents again, stores a new outcome, and keeps a person's judgement", async () => {
  const { store, embedder } = embedded();
  await importDocuments(store, embedder, many(3));
  await store.setOutcome("default/incident/i2", { outcome: "confirmed", by: "kim", atMs: 1 });
  embedder.embedded.length = 0;
  const [same, judged, other] = many(3);
  const news = [
    same,
    { ...judged, outcome: "wrong" },
    { ...other, text: "other", contentHash: "other", atMs: 9000 },
  ] as IncidentDocument[];
  expect(await importDocuments(store, embedder, news)).toEqual({ read: 3, written: 1, known: 1, kept: 1 });
  expect(embedder.embedded).toEqual(["pool 1", "other"]);
  expect(await store.get("default/incident/i1")).toMatchObject({ outcome: "wrong" });
  expect(await store.get("default/incident/i2")).toMatchObject({ outcome: "confirmed", text: "pool 2" });
});

it("reads asynchronous and empty sources, and stops on abort", async () => {
  const { store, embedder } = embedded();
  async function* source(count: number) {
    yield* many(count);
  }
  expect(await importDocuments(store, embedder, source(0))).toMatchObject({ read: 0 });
  const stop = new AbortController();
  const importing = importDocuments(store, embedder, source(1000), {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error("enough")),
  });
  await expect(importing).rejects.toThrow("enough");
  expect(await store.describe()).toMatchObject({ count: 256 });
});

it("continues after a kill of the server: every acknowledged incident is stored once", async () => {
  const server = await startQdrant();
  onTestFinished(() => server.stop());
  const store = qdrantMemoryStore(
    {
      url: server.url,
      apiKey: null,
      timeoutMs: HANG_MS,
      prefix: "killed",
      shards: null,
      replicas: null,
      onDisk: false,
    },
    MODEL,
  );
  onTestFinished(() => store.close());
  const embedder = countingEmbedder();
  let acknowledged = 0;
  let killed: Promise<void> | null = null;
  const first = importDocuments(store, embedder, many(3000), {
    onProgress: ({ read }) => {
      acknowledged = read;
      if (read > 1000) killed ??= server.kill();
    },
  });
  await expect(first).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await killed;
  await server.restart();
  expect((await store.known(many(acknowledged).map(({ id }) => id))).size).toBe(acknowledged);
  const again = await importDocuments(store, embedder, many(3000));
  expect(again.read).toBe(3000);
  expect(again.known).toBeGreaterThanOrEqual(acknowledged);
  expect(await store.describe()).toMatchObject({ count: 3000 });
  const ids = new Set<string>();
  for (let cursor: string | null = null, pages = 0; pages === 0 || cursor !== null; pages += 1) {
    const page = await store.list({ cursor });
    for (const { id } of page.documents) ids.add(id);
    cursor = page.next;
  }
  expect(ids.size).toBe(3000);
});
