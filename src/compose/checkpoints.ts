import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { sqliteCheckpoints } from "../connectors/sqlite/checkpoints.ts";

/** Checkpoints in a SQLite file of their own. */
export function openCheckpoints(path: string): { checkpointer: BaseCheckpointSaver; close(): void } {
  const checkpointer = sqliteCheckpoints(path);
  return { checkpointer, close: () => void checkpointer.db.close() };
}
