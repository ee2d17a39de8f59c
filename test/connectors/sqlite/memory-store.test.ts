import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { sqliteMemoryStore } from "../../../src/connectors/sqlite/memory-store.ts";
import type { SqliteOptions } from "../../../src/connectors/sqlite/open-database.ts";
import { incident, MODEL, vectorOf } from "../memory-documents.ts";

// Tests of the file itself. The contract of both stores is in memory-store.test.ts, one folder up.
function place() {
  const dir = mkdtempSync(join(tmpdir(), "causeway-memory-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, "memory.db");
  const open = (options: SqliteOptions = {}) => {
    const store = sqliteMemoryStore(path, MODEL, options);
    onTestFinished(() => store.close());
    return store;
  };
  const put = (store: ReturnType<typeof open>, ...texts: string[]) =>
    store.put(texts.map((text) => ({ document: incident(text, text), vector: vectorOf(text) })));
  const holding = (text: string): string[] =>
    readdirSync(dir).filter((name) => readFileSync(join(dir, name)).includes(text));
  return { path, open, put, holding };
}
const ask = (store: ReturnType<typeof sqliteMemoryStore>) =>
  store.search({
    kind: "incident",
    tenant: "default",
    text: "pool",
    vector: vectorOf("pool"),
    excludeIncidentIds: [],
    limit: 10,
  });

it("creates its file with the first use", async () => {
  const { path, open } = place();
  const store = open();
  expect(existsSync(path)).toBe(false);
  await store.describe();
  expect(existsSync(path)).toBe(true);
});

it("leaves no trace of removed or replaced documents in its files", async () => {
  const { open, put, holding } = place();
  const store = open();
  await put(store, "MARKEDq7x4", "kept");
  await store.put([{ document: incident("kept", "MARKEDq7x4 for a while", { atMs: 2000 }), vector: vectorOf("x") }]);
  await store.put([{ document: incident("kept", "KEPTq7x4", { atMs: 3000 }), vector: vectorOf("x") }]);
  expect(holding("MARKEDq7x4")).not.toEqual([]);
  await store.remove({ ids: ["default/incident/MARKEDq7x4"] });
  expect(holding("MARKEDq7x4")).toEqual([]);
  expect(holding("KEPTq7x4")).toEqual(["memory.db"]);
});

it("reports when another process keeps an old copy in the log, and removes it on the next try", async () => {
  const { path, open, put, holding } = place();
  const store = open({ busyTimeoutMs: 50 });
  await put(store, "MARKEDq7x4", "pool");
  const reader = new Sqlite(path);
  reader.exec("begin");
  reader.prepare("select count(*) from documents").get();
  await expect(store.remove({ ids: ["default/incident/MARKEDq7x4"] })).rejects.toMatchObject({
    code: "UNAVAILABLE",
    hint: expect.stringContaining("again"),
  });
  reader.exec("commit");
  reader.close();
  expect(await store.remove({ ids: ["default/incident/MARKEDq7x4"] })).toBe(0);
  expect(holding("MARKEDq7x4")).toEqual([]);
});

it("finds what other processes wrote, replaced and removed since its last search", async () => {
  const { open, put } = place();
  const [one, other] = [open(), open()];
  await put(one, "pool", "pool exhausted");
  expect(await ask(other)).toHaveLength(2);
  await put(one, "pool again");
  await one.setOutcome("default/incident/pool", { outcome: "wrong", by: "kim", atMs: 1 });
  expect((await ask(other)).map(({ document }) => document.outcome).toSorted()).toEqual([
    "unknown",
    "unknown",
    "wrong",
  ]);
  await one.remove({ ids: ["default/incident/pool"] });
  await put(one, "pool the fourth");
  expect((await ask(other)).map(({ document }) => document.incidentId).toSorted()).toEqual([
    "pool again",
    "pool exhausted",
    "pool the fourth",
  ]);
});

it("waits no longer than its limit for a locked file", async () => {
  const { path, open, put } = place();
  const store = open({ busyTimeoutMs: 50 });
  await put(store, "pool");
  const writer = new Sqlite(path);
  writer.exec("begin immediate");
  await expect(put(store, "disk")).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("locked"),
  });
  writer.close();
  expect(await put(store, "disk")).toEqual({ written: 1, unchanged: 0 });
});

it("refuses a foreign file, a file of a newer version, and a folder that cannot be created", async () => {
  const { path, open } = place();
  writeFileSync(path, "no database at all, but some text that is long enough to be looked at".repeat(20));
  await expect(open().describe()).rejects.toMatchObject({ code: "BAD_INPUT" });
  rmSync(path);
  const newer = new Sqlite(path);
  newer.pragma("user_version = 99");
  newer.close();
  await expect(open().describe()).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("newer version"),
  });
  await expect(sqliteMemoryStore(join(path, "below-a-file/memory.db"), MODEL).describe()).rejects.toMatchObject({
    code: "CONFIG",
  });
});
