import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Memory } from "../agent/deps.ts";
import type { Config } from "../config.ts";
import { sqliteMemoryStore } from "../connectors/sqlite/memory-store.ts";
import { DEFAULT_TENANT, type Embedder, type EmbeddingModel, type MemoryStore } from "../domain/memory.ts";
import { hashedWords } from "../memory/hashed-words.ts";

export type { Memory } from "../agent/deps.ts";

/** The place of the memory: a Qdrant server, or a file in the home folder. */
export type MemoryPlace = Pick<Config, "home" | "qdrant" | "embedding"> & Partial<Pick<Config, "proxy">>;

export const memoryFile = (home: string): string => join(home, "memory.db");

/** The embedder: the configured model, otherwise hashed words, which work offline. */
export async function chooseEmbedder({
  embedding,
  proxy,
}: Pick<MemoryPlace, "embedding" | "proxy">): Promise<Embedder> {
  if (embedding === null) return hashedWords;
  // The SDK takes time to load.
  return (await import("../connectors/openai/embedder.ts")).openAiEmbedder({ ...embedding, proxy });
}

/**
 * The configured memory. It connects on first use, because a memory that fails must not keep an analysis from starting.
 */
export async function openMemory(place: MemoryPlace): Promise<Memory> {
  const embedder = await chooseEmbedder(place);
  return { store: await openMemoryStore(place, embedder.model), embedder, tenant: DEFAULT_TENANT };
}

async function openMemoryStore({ home, qdrant, proxy }: MemoryPlace, model: EmbeddingModel): Promise<MemoryStore> {
  if (qdrant === null) return sqliteMemoryStore(memoryFile(home), model);
  // Its transport takes time to load.
  const { qdrantMemoryStore } = await import("../connectors/qdrant/memory-store.ts");
  return qdrantMemoryStore({ ...qdrant, proxy }, model);
}

/** A memory in a temporary folder, deleted when it is closed: for benchmarks. */
export async function scratchMemory(): Promise<Memory & { close(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), "causeway-memory-"));
  const memory = await openMemory({ home: dir, qdrant: null, embedding: null });
  const close = async (): Promise<void> => {
    await memory.store.close();
    await rm(dir, { recursive: true, force: true });
  };
  return { ...memory, close };
}
