import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect, it } from "vitest";
import { sqliteAnalysisStore } from "../../../src/connectors/sqlite/analysis-store.ts";
import { aFinding } from "../../fakes.ts";

const newPath = (): string => join(mkdtempSync(join(tmpdir(), "causeway-store-")), "deep", "causeway.db");
const started = { id: "A1", incidentId: "inc-1", status: "running", startedAtMs: 1000 } as const;

async function storeWithAnalysis(path = newPath()) {
  const store = await sqliteAnalysisStore(path);
  await store.createAnalysis(started);
  return { store, path };
}

it("accepts writes of several connections of one process at the same time", async () => {
  const { store, path } = await storeWithAnalysis();
  const other = await sqliteAnalysisStore(path, { busyTimeoutMs: 50 });
  const findings = Array.from({ length: 1200 }, (_, i) => aFinding({ strength: i }));
  await Promise.all([
    store.putFindings("A1", findings),
    other.putFindings("A1", findings),
    store.putArtifact("A1", "x", 1),
    other.putArtifact("A1", "x", 1),
  ]);
  expect(await store.getArtifact("A1", "x")).toBe(1);
});

it("creates its folder for the owner only", () => {
  const path = newPath();
  return sqliteAnalysisStore(path).then(() => expect(statSync(join(path, "..")).mode & 0o077).toBe(0));
});

it("refuses a file that is not a database, and does not change it", async () => {
  const { store, path } = await storeWithAnalysis();
  await store.close();
  writeFileSync(
    path,
    "my precious notes, longer than the header of a database would be, and then some, to be sure of it all.",
  );
  await expect(sqliteAnalysisStore(path)).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining(path),
  });
  expect(readFileSync(path, "utf8")).toMatch(/^my precious notes/);
});

it("refuses a path where no folder can be created", async () => {
  const { store, path } = await storeWithAnalysis();
  await store.close();
  await expect(sqliteAnalysisStore(join(path, "below", "causeway.db"))).rejects.toMatchObject({ code: "CONFIG" });
});

it("is UNAVAILABLE while another process holds the lock", async () => {
  const { path } = await storeWithAnalysis();
  const store = await sqliteAnalysisStore(path, { busyTimeoutMs: 20 });
  const other = new Sqlite(path);
  other.exec("begin immediate");
  await expect(store.setStatus("A1", "done")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  other.exec("commit");
  await store.setStatus("A1", "done");
  expect(await store.getAnalysis("A1")).toMatchObject({ status: "done" });
});
