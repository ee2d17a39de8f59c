import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { qdrantAdmin } from "../../src/connectors/qdrant/admin.ts";
import { qdrantMemoryStore } from "../../src/connectors/qdrant/memory-store.ts";
import { sqliteMemoryStore } from "../../src/connectors/sqlite/memory-store.ts";
import { reembedSqlite } from "../../src/connectors/sqlite/reembed-memory.ts";
import type { Embedder, EmbeddingModel, MemoryStore } from "../../src/domain/memory.ts";
import { sharedQdrant } from "../servers/shared-qdrant.ts";
import { incident, MODEL, runbook, vectorOf } from "./memory-documents.ts";

type Place = {
  open: (model: EmbeddingModel) => MemoryStore;
  reembed: (embedder: Embedder, onProgress?: (done: number) => void) => Promise<number>;
};
const KINDS: Record<string, () => Place> = {
  sqlite: () => {
    const dir = mkdtempSync(join(tmpdir(), "causeway-memory-"));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const path = join(dir, "memory.db");
    return {
      open: (model) => sqliteMemoryStore(path, model),
      reembed: (embedder, onProgress) => reembedSqlite(path, embedder, { ...(onProgress && { onProgress }) }),
    };
  },
  qdrant: () => {
    const options = sharedQdrant();
    return {
      open: (model) => qdrantMemoryStore(options, model),
      reembed: (embedder, onProgress) => qdrantAdmin(options).reembed(embedder, { ...(onProgress && { onProgress }) }),
    };
  },
};

const NEWER = { name: "test-letters", version: "2", dimension: 5 };
const newVector = (text: string): Float32Array =>
  Float32Array.from({ length: NEWER.dimension }, (_, i) => text.length + i);
/** `onTexts` is told before each answer. */
const newer = (onTexts: (texts: readonly string[]) => void | Promise<void> = () => undefined): Embedder => ({
  model: NEWER,
  embed: async (texts) => {
    await onTexts(texts);
    return texts.map(newVector);
  },
});

describe.each(Object.entries(KINDS))("a re-embedded memory in %s", (_, makePlace) => {
  async function filled(count: number) {
    const place = makePlace();
    const open = (model: EmbeddingModel): MemoryStore => {
      const store = place.open(model);
      onTestFinished(() => store.close());
      return store;
    };
    const old = open(MODEL);
    const documents = [
      ...Array.from({ length: count }, (_x, i) => incident(`i${i}`, `pool ${i}`)),
      runbook("pool", "raise the pool"),
    ];
    await old.put(documents.map((document) => ({ document, vector: vectorOf(document.text) })));
    await old.setOutcome("default/incident/i0", { outcome: "confirmed", by: "kim", atMs: 1 });
    return { place, open, old, documents };
  }

  it("has every document with its outcome, and only vectors of the new model", async () => {
    const { place, open, documents } = await filled(400);
    const progress: number[] = [];
    expect(await place.reembed(newer(), (done) => progress.push(done))).toBe(401);
    expect(progress.at(-1)).toBe(401);
    expect(progress.length).toBeGreaterThan(1);
    const store = open(NEWER);
    expect(await store.describe()).toEqual({ count: documents.length, model: NEWER });
    expect(await store.get("default/incident/i0")).toMatchObject({ outcome: "confirmed", outcomeBy: "kim" });
    const [best] = await store.search({
      kind: "incident",
      tenant: "default",
      text: "",
      vector: newVector("pool 7"),
      excludeIncidentIds: [],
      limit: 3,
    });
    expect(best?.dense?.score).toBeCloseTo(1, 5);
    expect(await place.reembed(newer())).toBe(0);
  });

  it("answers with the old vectors until the new ones are complete, then refuses the old program with the reason", async () => {
    const { place, old } = await filled(3);
    const answers: number[] = [];
    const ask = () =>
      old.search({
        kind: "incident",
        tenant: "default",
        text: "pool",
        vector: vectorOf("pool"),
        excludeIncidentIds: [],
        limit: 10,
      });
    await place.reembed(newer(async () => void answers.push((await ask()).length)));
    expect(answers).toEqual([3]);
    await expect(ask()).rejects.toMatchObject({ code: "CONFIG", message: expect.stringContaining("test-letters@2/5") });
    await expect(old.put([{ document: incident("late", "pool"), vector: vectorOf("pool") }])).rejects.toMatchObject({
      code: "CONFIG",
    });
  });

  it("keeps documents that are written meanwhile", async () => {
    const { place, open, old } = await filled(3);
    let isFirst = true;
    await place.reembed(
      newer(async () => {
        if (isFirst)
          await old.put([
            { document: incident("late", "disk"), vector: vectorOf("disk") },
            { document: incident("i1", "changed", { atMs: 5000 }), vector: vectorOf("changed") },
          ]);
        isFirst = false;
      }),
    );
    const store = open(NEWER);
    expect(await store.get("default/incident/late")).not.toBeNull();
    expect(await store.get("default/incident/i1")).toMatchObject({ text: "changed" });
    expect(await store.describe()).toMatchObject({ count: 5 });
  });

  it("resumes where it was interrupted", async () => {
    const { place, open } = await filled(600);
    let embedded = 0;
    const failing = newer((texts) => {
      embedded += texts.length;
      if (embedded > 400) throw new Error("the embedding server went away");
    });
    await expect(place.reembed(failing)).rejects.toThrow("went away");
    let again = 0;
    await place.reembed(newer((texts) => void (again += texts.length)));
    expect(again).toBeLessThan(400);
    expect(await open(NEWER).describe()).toMatchObject({ count: 601 });
  });

  it("refuses an embedder that returns too few vectors, and stays unchanged", async () => {
    const { place, old } = await filled(2);
    await expect(place.reembed({ model: NEWER, embed: async () => [] })).rejects.toMatchObject({
      code: "BAD_RESPONSE",
    });
    expect(await old.describe()).toMatchObject({ count: 3 });
  });
});
