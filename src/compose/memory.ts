import { join } from "node:path";
import type { Memory } from "../agent/deps.ts";
import type { Config } from "../config.ts";
import { sqliteMemoryStore } from "../connectors/sqlite/memory-store.ts";
import { DEFAULT_TENANT } from "../domain/memory.ts";
import { hashedWords } from "../memory/hashed-words.ts";

/** The memory that the configuration asks for. Nothing is opened or asked before its first use: a memory that fails must not keep an analysis from its start. */
export function openMemory({ home }: Pick<Config, "home">): Memory {
  const embedder = hashedWords;
  return { store: sqliteMemoryStore(join(home, "memory.db"), embedder.model), embedder, tenant: DEFAULT_TENANT };
}
