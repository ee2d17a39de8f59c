import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Memory } from "../agent/deps.ts";
import type { Config } from "../config.ts";
import { sqliteMemoryStore } from "../connectors/sqlite/memory-store.ts";
import { DEFAULT_TENANT, type Embedder, type EmbeddingModel, type MemoryStore } from "../domain/memory.ts";
import { hashedWords } from "../memory/hashed-words.ts";

export type { Memory } from "../agent/deps.ts";

/** Where the memory lies: in a Qdrant, or in a file of the home folder. */
export type MemoryPlace = Pick<Config, "home" | "qdrant" | "embedding"> & Partial<Pick<Config, "proxy">>;

export const memoryFile = (home: string): string => join(home, "memory.db");

/** What embeds, wherever the vectors are kept: the model that is named, else offline. */
export async function chooseEmbedder({
  embedding,
  proxy,
}: Pick<MemoryPlace, "embedding" | "proxy">): Promise<Embedder> {
  if (embedding === null) return hashedWords;
  return (await import("../connectors/openai/embedder.ts")).openAiEmbedder({ ...embedding, proxy }); // the SDK takes time to load
}

/** The memory that the configuration asks for. Nothing is opened or asked before its first use: a memory that fails must not keep an analysis from its start. */
export async function openMemory(place: MemoryPlace): Promise<Memory> {
  const embedder = await chooseEmbedder(place);
  return { store: await openMemoryStore(place, embedder.model), embedder, tenant: DEFAULT_TENANT };
}

async function openMemoryStore({ home, qdrant, proxy }: MemoryPlace, model: EmbeddingModel): Promise<MemoryStore> {
  if (qdrant === null) return sqliteMemoryStore(memoryFile(home), model);
  const { qdrantMemoryStore } = await import("../connectors/qdrant/memory-store.ts"); // its transport takes time to load
  return qdrantMemoryStore({ ...qdrant, proxy }, model);
}

/** A memory in a folder of its own, gone when it is closed: for measuring. */
export async function scratchMemory(): Promise<Memory & { close(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), "causeway-memory-"));
  const memory = await openMemory({ home: dir, qdrant: null, embedding: null });
  const close = async (): Promise<void> => {
    await memory.store.close();
    await rm(dir, { recursive: true, force: true });
  };
  return { ...memory, close };
}
