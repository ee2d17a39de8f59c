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

it("keeps all acknowledged findings when the writer is killed during a write", async () => {
  const path = newPath();
  const child = writer(path, "A1");
  let output = "";
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.split("\n").length > 50) break;
  }
  child.kill("SIGKILL");
  if (child.signalCode === null) await once(child, "exit");
  const keys = output.split("\n").slice(0, -1);
  const store = await sqliteAnalysisStore(path);
  expect((await store.getFindings("A1", keys)).map(({ strength }) => strength)).toEqual(keys.map((_, i) => i));
  expect((await sqliteMemoryStore(`${path}.memory`, MODEL).describe()).count).toBeGreaterThanOrEqual(keys.length);
  for (const file of [path, `${path}.memory`])
    expect(new Sqlite(file).pragma("integrity_check", { simple: true })).toBe("ok");
});

it("lets processes that open a new file at once write to it, and only one decide", async () => {
  const path = newPath();
  const output = await Promise.all(["A1", "A2", "A3", "A4"].map((name) => text(writer(path, name, "decide").stdout)));
  expect(output.toSorted()).toEqual(["first\n", "late\n", "late\n", "late\n"]);
  expect(await (await sqliteAnalysisStore(path)).listAnalyses()).toHaveLength(4);
});
