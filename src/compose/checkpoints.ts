import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { sqliteCheckpoints } from "../connectors/sqlite/checkpoints.ts";

/** Checkpoints in a SQLite file of their own. */
export function openCheckpoints(path: string): {
  checkpointer: BaseCheckpointSaver;
  keepLatest(threadId: string): Promise<void>;
  close(): void;
} {
  const checkpointer = sqliteCheckpoints(path);
  return {
    checkpointer,
    keepLatest: (threadId) => checkpointer.keepLatest(threadId),
    close: () => void checkpointer.db.close(),
  };
}
