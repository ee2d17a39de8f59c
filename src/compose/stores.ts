import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { sqliteCheckpoints } from "../connectors/sqlite/checkpoints.ts";
import { sqliteMemory } from "../connectors/sqlite/memory.ts";
import { sqliteAnalysisStore } from "../connectors/sqlite/analysis-store.ts";
import { IncidentError } from "../domain/errors.ts";
import type { AnalysisStore, IncidentMemory } from "../domain/ports.ts";

export type Stores = { store: AnalysisStore; memory: IncidentMemory; checkpointer: BaseCheckpointSaver; close(): Promise<void> };

/** Opens what is kept in the home folder, which is made when it is not there; only its owner may look into it. @throws {IncidentError} CONFIG */
export async function openStores(home: string): Promise<Stores> {
  await mkdir(home, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    const hint = "Set CAUSEWAY_HOME to a folder that you may write to.";
    throw new IncidentError("CONFIG", `the home folder ${home} cannot be made`, { hint, cause });
  });
  const path = join(home, "causeway.db");
  const store = await sqliteAnalysisStore(path);
  const memory = await sqliteMemory(path);
  const checkpointer = sqliteCheckpoints(join(home, "checkpoints.db"));
  const close = async (): Promise<void> => {
    checkpointer.db.close();
    await memory.close();
    await store.close();
  };
  return { store, memory, checkpointer, close };
}
