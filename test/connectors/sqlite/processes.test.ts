import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import Sqlite from "better-sqlite3";
import { expect, it } from "vitest";
import { sqliteAnalysisStore } from "../../../src/connectors/sqlite/analysis-store.ts";
import { sqliteMemoryStore } from "../../../src/connectors/sqlite/memory-store.ts";
import { MODEL } from "../memory-documents.ts";

const newPath = (): string => join(mkdtempSync(join(tmpdir(), "causeway-processes-")), "causeway.db");
const writer = (...args: string[]) =>
  spawn(process.execPath, [join(import.meta.dirname, "writer-process.ts"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });

it("keeps all that was said to be safe when the writer is killed in the middle of writing", async () => {
  const path = newPath();
  const child = writer(path, "A1");
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.split("\n").length > 50) break;
  }
  child.kill("SIGKILL");
  if (child.signalCode === null) await once(child, "exit");
  const keys = said.split("\n").slice(0, -1);
  const store = await sqliteAnalysisStore(path);
  expect((await store.getFindings("A1", keys)).map(({ strength }) => strength)).toEqual(keys.map((_, i) => i));
  expect((await sqliteMemoryStore(`${path}.memory`, MODEL).describe()).count).toBeGreaterThanOrEqual(keys.length);
  for (const file of [path, `${path}.memory`])
    expect(new Sqlite(file).pragma("integrity_check", { simple: true })).toBe("ok");
});

it("lets processes that start at once on a new file write into it, and one of them decide", async () => {
  const path = newPath();
  const said = await Promise.all(["A1", "A2", "A3", "A4"].map((name) => text(writer(path, name, "decide").stdout)));
  expect(said.toSorted()).toEqual(["first\n", "late\n", "late\n", "late\n"]);
  expect(await (await sqliteAnalysisStore(path)).listAnalyses()).toHaveLength(4);
});
