import { existsSync } from "node:fs";
import { join } from "node:path";
import { prune, type Pruned, type PruneOptions } from "../app/retention/prune.ts";
import type { Config } from "../config.ts";
import { sqliteCheckpoints } from "../connectors/sqlite/checkpoints.ts";
import type { MemoryStore } from "../domain/memory.ts";
import { openMemory } from "./memory.ts";
import { openStores, type Stores } from "./stores.ts";

/** Sessions of an orchestrator, beside the stores. */
const SESSIONS_FILE = "aiopslab.db";

type Opened = { stores: Pick<Stores, "retention" | "checkpointer">; memory: Pick<MemoryStore, "list" | "remove"> };

/** Deletes what is beyond the configured limits, in stores that are open. @throws {IncidentError} as `prune` does */
export async function pruneOpened(
  { home, retention }: Pick<Config, "home" | "retention">,
  { stores, memory }: Opened,
  { now, ...options }: PruneOptions & { now: () => number },
): Promise<Pruned> {
  const file = join(home, SESSIONS_FILE);
  const sessions = existsSync(file) ? sqliteCheckpoints(file) : null;
  try {
    const { retention: store, checkpointer: checkpoints } = stores;
    return await prune({ store, checkpoints, memory, sessions, limits: retention.limits, now }, options);
  } finally {
    sessions?.db.close();
  }
}

/** The same with stores of its own. */
export async function pruneStores(config: Config, options: PruneOptions & { now: () => number }): Promise<Pruned> {
  const stores = await openStores(config);
  try {
    const memory = await openMemory(config);
    try {
      return await pruneOpened(config, { stores, memory: memory.store }, options);
    } finally {
      await memory.store.close();
    }
  } finally {
    await stores.close();
  }
}
