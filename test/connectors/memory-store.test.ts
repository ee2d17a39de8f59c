import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { qdrantMemoryStore } from "../../src/connectors/qdrant/memory-store.ts";
import { sqliteMemoryStore } from "../../src/connectors/sqlite/memory-store.ts";
import type { EmbeddingModel, MemoryDocument, MemoryFilter, MemoryStore } from "../../src/domain/memory.ts";
import { sharedQdrant } from "../servers/shared-qdrant.ts";
import { incident, MODEL, runbook, vectorOf } from "./memory-documents.ts";

/** Each opens an empty memory; opened again with the same `place`, it is the same memory. */
const KINDS = {
  sqlite: () => {
    const dir = mkdtempSync(join(tmpdir(), "causeway-memory-"));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    return (model: EmbeddingModel) => sqliteMemoryStore(join(dir, "memory.db"), model);
  },
  qdrant: () => {
    const options = sharedQdrant();
    return (model: EmbeddingModel) => qdrantMemoryStore(options, model);
  },
};

const opened: MemoryStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
const keeping = (store: MemoryStore): MemoryStore => {
  opened.push(store);
  return store;
};
const entries = (...documents: MemoryDocument[]) =>
  documents.map((document) => ({ document, vector: vectorOf(document.text) }));

const ask = (
  store: MemoryStore,
  text: string,
  query: { filter?: MemoryFilter; excludeIncidentIds?: string[]; limit?: number; tenant?: string } = {},
) =>
  store.search({
    kind: "incident",
    tenant: "default",
    text,
    vector: vectorOf(text),
    excludeIncidentIds: [],
    limit: 10,
    ...query,
  });
const idsOf = async (found: ReturnType<typeof ask>): Promise<string[]> =>
  (await found).map(({ document }) => document.incidentId);

describe.each(Object.entries(KINDS))("the memory in %s", (_, place) => {
  async function storeOf(...documents: MemoryDocument[]) {
    const open = place();
    const store = keeping(open(MODEL));
    await store.put(entries(...documents));
    return { store, again: (model = MODEL) => keeping(open(model)) };
  }

  it("finds nothing in an empty memory", async () => {
    const store = keeping(place()(MODEL));
    expect(await ask(store, "pool")).toEqual([]);
    expect(await store.get("default/incident/a")).toBeNull();
    expect(await store.describe()).toEqual({ count: 0, model: MODEL });
    expect(await store.list({})).toEqual({ documents: [], next: null });
    expect(await store.known(["default/incident/a"])).toEqual(new Map());
    expect(await store.remove({ tenant: "default" })).toBe(0);
  });

  it("returns stored documents, also in another process", async () => {
    const document = incident("a", "connection pool exhausted", {
      outcome: "confirmed",
      outcomeBy: "kim",
      outcomeAtMs: 7,
      resolution: "raised the limit",
      entity: null,
    });
    const { store, again } = await storeOf(document);
    expect(await store.get(document.id)).toEqual(document);
    const [found] = await ask(again(), "connection pool");
    expect(found?.document).toEqual(document);
    expect(found?.dense?.rank).toBe(1);
    expect(found?.bm25?.rank).toBe(1);
  });

  it("ranks documents that share rare words and the vector first, and gives their ranks in both lists", async () => {
    const { store } = await storeOf(
      incident("a", "connection pool exhausted"),
      incident("b", "certificate expired"),
      incident("c", "connection refused by peer"),
    );
    const found = await ask(store, "connections of the pool are exhausted");
    expect(found.map(({ document }) => document.incidentId)).toEqual(["a", "c", "b"]);
    expect(found[2]?.bm25).toBeNull();
    expect(found[0]?.fused).toBeCloseTo(2 / 61, 10);
    expect(found[0]?.dense?.score).toBeGreaterThan(found[2]?.dense?.score ?? 1);
  });

  it("reports and changes nothing when the same document is put again", async () => {
    const { store } = await storeOf(incident("a", "pool"));
    expect(await store.put(entries(incident("a", "pool"), incident("b", "certificate")))).toEqual({
      written: 1,
      unchanged: 1,
    });
    expect(await store.describe()).toMatchObject({ count: 2 });
  });

  it("accepts concurrent first writes of several processes", async () => {
    const open = place();
    const stores = ["a", "b", "c", "d"].map((id) => ({ id, store: keeping(open(MODEL)) }));
    await Promise.all(
      stores.map(({ id, store }) => store.put(entries(incident(id, "pool"), incident("shared", "pool")))),
    );
    for (const { store } of stores)
      expect((await idsOf(ask(store, "pool"))).toSorted()).toEqual(["a", "b", "c", "d", "shared"]);
  });

  it("keeps one document for each incident, from the newest analysis", async () => {
    const { store } = await storeOf(incident("a", "pool", { atMs: 2000 }));
    expect(await store.put(entries(incident("a", "stale", { atMs: 1000 })))).toEqual({ written: 0, unchanged: 1 });
    expect((await ask(store, "stale"))[0]?.bm25).toBeNull();
    await store.put(entries(incident("a", "certificate", { atMs: 3000 })));
    expect((await ask(store, "pool"))[0]?.bm25).toBeNull();
    expect(await idsOf(ask(store, "certificate"))).toEqual(["a"]);
  });

  it("keeps the later of two documents with one id in one list", async () => {
    const { store } = await storeOf(
      incident("a", "pool", { atMs: 1 }),
      incident("a", "certificate", { atMs: 2 }),
      incident("a", "older", { atMs: 0 }),
    );
    expect(await store.get("default/incident/a")).toMatchObject({ text: "certificate" });
  });

  it("keeps a confirmed document when a later analysis differs, and replaces one that was called wrong", async () => {
    const { store } = await storeOf(incident("a", "pool"), incident("b", "pool"));
    await store.setOutcome("default/incident/a", { outcome: "confirmed", by: "kim", atMs: 5 });
    await store.setOutcome("default/incident/b", { outcome: "wrong", by: "kim", atMs: 5 });
    await store.put(
      entries(
        incident("a", "disk", { atMs: 9000, cause: "disk_full" }),
        incident("b", "disk", { atMs: 9000, cause: "disk_full" }),
      ),
    );
    expect(await store.get("default/incident/a")).toMatchObject({
      cause: "pool_exhausted",
      outcome: "confirmed",
      outcomeBy: "kim",
      outcomeAtMs: 5,
    });
    expect(await store.get("default/incident/b")).toMatchObject({
      cause: "disk_full",
      outcome: "unknown",
      outcomeBy: null,
    });
  });

  it("searches by an outcome that was set later", async () => {
    const { store } = await storeOf(incident("a", "pool"), incident("b", "pool"));
    await store.setOutcome("default/incident/a", { outcome: "wrong", by: "kim", atMs: 5 });
    expect(await idsOf(ask(store, "pool", { filter: { outcomes: ["unknown"] } }))).toEqual(["b"]);
    expect(await idsOf(ask(store, "pool", { filter: { outcomes: ["wrong", "confirmed"] } }))).toEqual(["a"]);
  });

  it("refuses an outcome for an unknown document and for a runbook", async () => {
    const { store } = await storeOf(runbook("disk", "free the disk"));
    await expect(
      store.setOutcome("default/incident/x", { outcome: "wrong", by: "kim", atMs: 1 }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(
      store.setOutcome("default/runbook/disk", { outcome: "wrong", by: "kim", atMs: 1 }),
    ).rejects.toMatchObject({ code: "BAD_INPUT" });
  });

  it.each<[string, MemoryFilter, string[]]>([
    ["system", { system: "bank" }, ["b"]],
    ["service", { services: ["cart", "mail"] }, ["b", "c"]],
    ["cause", { causes: ["disk_full"] }, ["c"]],
    ["time, both ends included", { fromMs: 2000, toMs: 3000 }, ["b", "c"]],
    ["all of them", { services: ["cart"], fromMs: 2500 }, ["c"]],
    ["none of nothing", { causes: [] }, []],
  ])("narrows by %s", async (_name, filter, expected) => {
    const shape = (services: string[]) => ({ ...incident("x", "x").shape, services });
    const { store } = await storeOf(
      incident("a", "pool", { atMs: 1000 }),
      incident("b", "pool", { atMs: 2000, system: "bank", shape: shape(["orders", "cart"]) }),
      incident("c", "pool", { atMs: 3000, cause: "disk_full", shape: shape(["cart"]) }),
      incident("d", "pool", { atMs: 4000, cause: null, system: null }),
    );
    expect((await idsOf(ask(store, "pool", { filter }))).toSorted()).toEqual(expected);
  });

  it("never returns an excluded incident, another tenant's, a runbook, or more than the limit", async () => {
    const { store } = await storeOf(
      incident("a", "pool"),
      incident("b", "pool"),
      incident("c", "pool"),
      incident("a", "pool", { tenant: "other" }),
      runbook("pool", "pool"),
    );
    expect((await idsOf(ask(store, "pool", { excludeIncidentIds: ["a"] }))).toSorted()).toEqual(["b", "c"]);
    expect((await ask(store, "pool", { tenant: "other" })).map(({ document }) => document.id)).toEqual([
      "other/incident/a",
    ]);
    expect(await ask(store, "pool", { limit: 2 })).toHaveLength(2);
    expect(await ask(store, "pool", { limit: 0 })).toEqual([]);
  });

  it("finds runbooks separately, by cause and service, and updates a changed one", async () => {
    const { store } = await storeOf(
      incident("a", "pool"),
      runbook("pool", "raise the pool", { causes: ["pool_exhausted"] }),
      runbook("disk", "free the disk", { services: ["db"] }),
    );
    const find = (filter: MemoryFilter, text = "pool") =>
      store.search({
        kind: "runbook",
        tenant: "default",
        text,
        vector: vectorOf(text),
        filter,
        excludeIncidentIds: ["a"],
        limit: 5,
      });
    expect((await find({})).map(({ document }) => document.title)).toEqual(["pool", "disk"]);
    expect((await find({ causes: ["pool_exhausted"] })).map(({ document }) => document.title)).toEqual(["pool"]);
    expect(
      (await find({ services: ["db"], system: "unasked", outcomes: [] })).map(({ document }) => document.title),
    ).toEqual(["disk"]);
    expect(await store.put(entries(runbook("disk", "delete old pool logs", { atMs: 2000 })))).toEqual({
      written: 1,
      unchanged: 0,
    });
    expect((await find({})).filter(({ bm25 }) => bm25 !== null)).toHaveLength(2);
  });

  it("lists everything page by page, once, and by tenant or kind", async () => {
    const documents = [
      ...Array.from({ length: 7 }, (_x, i) => incident(`i${i}`, "pool")),
      runbook("pool", "pool"),
      incident("z", "pool", { tenant: "other" }),
    ];
    const { store } = await storeOf(...documents);
    const all = async (page: { tenant?: string; kind?: "incident" | "runbook" }): Promise<string[]> => {
      const ids: string[] = [];
      for (let cursor: string | null = null, pages = 0; pages === 0 || cursor !== null; pages += 1) {
        const { documents: some, next } = await store.list({ ...page, cursor, limit: 3 });
        expect(some.length).toBeLessThanOrEqual(3);
        ids.push(...some.map(({ id }) => id));
        cursor = next;
      }
      return ids.toSorted();
    };
    expect(await all({})).toEqual(documents.map(({ id }) => id).toSorted());
    expect(await all({ tenant: "other" })).toEqual(["other/incident/z"]);
    expect(await all({ kind: "runbook" })).toEqual(["default/runbook/pool"]);
  });

  it("removes by id, tenant and age, and then answers without the removed documents", async () => {
    const { store, again } = await storeOf(
      incident("a", "pool"),
      incident("b", "pool", { atMs: 50 }),
      incident("c", "pool exhausted"),
      incident("a", "pool", { tenant: "other" }),
    );
    const other = again();
    expect(await ask(other, "pool")).toHaveLength(3);
    expect(await store.remove({ ids: ["default/incident/a", "default/incident/unknown"] })).toBe(1);
    expect(await store.get("default/incident/a")).toBeNull();
    expect((await idsOf(ask(other, "pool"))).toSorted()).toEqual(["b", "c"]);
    expect(await store.remove({ tenant: "default", beforeMs: 1000 })).toBe(1);
    expect(await idsOf(ask(other, "pool"))).toEqual(["c"]);
    expect(await store.remove({ tenant: "default" })).toBe(1);
    expect((await store.list({})).documents.map(({ id }) => id)).toEqual(["other/incident/a"]);
    await other.put(entries(incident("new", "pool")));
    expect(await idsOf(ask(store, "pool"))).toEqual(["new"]);
  });

  it("lists which contents it has", async () => {
    const { store } = await storeOf(
      incident("a", "pool", { contentHash: "h1", outcome: "wrong" }),
      incident("b", "disk", { contentHash: "h2" }),
      runbook("disk", "free", { contentHash: "h3" }),
    );
    expect(
      await store.known(["default/incident/b", "default/incident/x", "default/incident/a", "default/runbook/disk"]),
    ).toEqual(
      new Map([
        ["default/incident/b", { contentHash: "h2", outcome: "unknown" }],
        ["default/incident/a", { contentHash: "h1", outcome: "wrong" }],
        ["default/runbook/disk", { contentHash: "h3", outcome: null }],
      ]),
    );
  });

  it("refuses vectors of another dimension or with invalid numbers, stored or searched", async () => {
    const { store } = await storeOf();
    const wrong = new Float32Array(3);
    await expect(store.put([{ document: incident("a", "pool"), vector: wrong }])).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringContaining("3 numbers"),
    });
    await expect(
      store.search({ kind: "incident", tenant: "default", text: "", vector: wrong, excludeIncidentIds: [], limit: 1 }),
    ).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expect(
      store.put([{ document: incident("a", "pool"), vector: new Float32Array(8).fill(Number.NaN) }]),
    ).rejects.toMatchObject({ code: "BAD_INPUT" });
  });

  it("never mixes models: opened with another model, it refuses with a remedy", async () => {
    const { again } = await storeOf(incident("a", "pool"));
    const other = again({ ...MODEL, version: "2" });
    for (const asking of [
      () => ask(other, "pool"),
      () => other.put(entries(incident("b", "pool"))),
      () => other.get("x"),
      () => other.describe(),
    ]) {
      await expect(asking()).rejects.toMatchObject({
        code: "CONFIG",
        message: expect.stringContaining("test-words@1/8"),
        hint: expect.stringContaining("reembed"),
      });
    }
  });

  it("accepts texts without words, zero vectors, and words in any script", async () => {
    const { store } = await storeOf(
      incident("empty", ""),
      incident("zero", "pool"),
      incident("greek", "η σύνδεση απέτυχε"),
      incident("quoted", `" OR text:* \0 'x'; drop table`),
    );
    await store.put([{ document: incident("flat", "pool pool"), vector: new Float32Array(8) }]);
    expect(await ask(store, "")).toHaveLength(5);
    expect((await ask(store, "η ΣΎΝΔΕΣΗ"))[0]?.document.incidentId).toBe("greek");
    expect((await ask(store, "'; drop"))[0]?.document.incidentId).toBe("quoted");
    const flat = await store.search({
      kind: "incident",
      tenant: "default",
      text: "pool",
      vector: new Float32Array(8),
      excludeIncidentIds: [],
      limit: 10,
    });
    expect(flat.filter(({ bm25 }) => bm25 !== null).map(({ document }) => document.incidentId)).toEqual([
      "flat",
      "zero",
    ]);
  });
});

it("answers in the same order from both, with the same scores", async () => {
  const words = [
    "pool",
    "exhausted",
    "timeout",
    "certificate",
    "expired",
    "disk",
    "full",
    "latency",
    "refused",
    "orders",
    "cart",
    "memory",
    "killed",
    "deploy",
    "image",
  ];
  const documents = Array.from({ length: 120 }, (_, i) => {
    const text = Array.from({ length: 3 + (i % 9) }, (_x, j) => words[(i * 7 + j * (1 + (i % 5))) % words.length]).join(
      " ",
    );
    return incident(`i${i}`, text, {
      atMs: 1000 * (i % 17),
      cause: `cause_${i % 4}`,
      system: i % 3 === 0 ? "bank" : "shop",
    });
  });
  const [embedded, server] = [keeping(KINDS.sqlite()(MODEL)), keeping(KINDS.qdrant()(MODEL))];
  for (const store of [embedded, server]) {
    await store.put(entries(...documents));
    await store.put(
      entries(
        ...documents
          .slice(0, 20)
          .map((document) => ({ ...document, text: `${document.text} again`, contentHash: "again" })),
      ),
    );
    await store.remove({ ids: documents.slice(20, 30).map(({ id }) => id) });
  }
  const questions = [
    "pool exhausted",
    "certificate",
    "disk full of the orders",
    "again killed",
    "nothing of this is known",
    "deploy image latency memory cart",
  ];
  const filters: MemoryFilter[] = [{}, { system: "bank" }, { causes: ["cause_1", "cause_2"], fromMs: 3000 }];
  for (const text of questions) {
    for (const filter of filters) {
      const [ours, theirs] = [
        await ask(embedded, text, { filter, limit: 40 }),
        await ask(server, text, { filter, limit: 40 }),
      ];
      expect(theirs.map(({ document, dense, bm25 }) => [document.id, dense?.rank, bm25?.rank])).toEqual(
        ours.map(({ document, dense, bm25 }) => [document.id, dense?.rank, bm25?.rank]),
      );
      for (const [i, { dense, bm25 }] of theirs.entries()) {
        expect(dense?.score ?? 0).toBeCloseTo(ours[i]?.dense?.score ?? 0, 5);
        expect(bm25?.score ?? 0).toBeCloseTo(ours[i]?.bm25?.score ?? 0, 4);
      }
    }
  }
});
