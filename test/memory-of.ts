import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Memory } from "../src/agent/deps.ts";
import { sqliteMemoryStore } from "../src/connectors/sqlite/memory-store.ts";
import { embeddedText, type MemoryDocument } from "../src/domain/memory.ts";
import { hashedWords } from "../src/memory/hashed-words.ts";

/** A memory of its own for one test, in a file, with the offline embedder. */
export async function memoryOf(...documents: MemoryDocument[]): Promise<Memory> {
  const dir = mkdtempSync(join(tmpdir(), "causeway-memory-"));
  const store = sqliteMemoryStore(join(dir, "memory.db"), hashedWords.model);
  onTestFinished(async () => {
    await store.close();
    rmSync(dir, { recursive: true });
  });
  const vectors = await hashedWords.embed(documents.map(embeddedText));
  await store.put(documents.flatMap((document, at) => (vectors[at] ? [{ document, vector: vectors[at] }] : [])));
  return { store, embedder: hashedWords, tenant: "default" };
}
