import { join } from "node:path";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { sqliteCheckpoints } from "../connectors/sqlite/checkpoints.ts";
import { sqliteAnalysisStore } from "../connectors/sqlite/analysis-store.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import { makeHome } from "./make-home.ts";

export type Stores = { store: AnalysisStore; checkpointer: BaseCheckpointSaver; close(): Promise<void> };

/** Opens what is kept in the home folder, which is made when it is not there; only its owner may look into it. @throws {IncidentError} CONFIG */
export async function openStores(home: string): Promise<Stores> {
  await makeHome(home);
  const path = join(home, "causeway.db");
  const store = await sqliteAnalysisStore(path);
  const checkpointer = sqliteCheckpoints(join(home, "checkpoints.db"));
  const close = async (): Promise<void> => {
    checkpointer.db.close();
    await store.close();
  };
  return { store, checkpointer, close };
}
