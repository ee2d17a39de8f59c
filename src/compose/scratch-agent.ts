import type { Agent } from "../agent/analyse.ts";
import { sqlAnalysisStore } from "../connectors/sql/analysis-store.ts";
import { sqlModelStore } from "../connectors/sql/model-store.ts";
import { openDatabase } from "../connectors/sqlite/open-database.ts";
import { DEFAULT_TENANT } from "../domain/memory.ts";
import { type AgentParts, buildAgent } from "./agent.ts";
import { openModels } from "./models.ts";

type ScratchParts = Pick<AgentParts, "incidents" | "memory" | "log" | "calibration" | "withoutCauses"> & {
  config: AgentParts["config"] & Parameters<typeof openModels>[0];
};

/** Runs `use` with an agent that keeps everything in memory, asks nobody, and leaves nothing behind: for measuring. */
export async function withScratchAgent<T>(parts: ScratchParts, use: (agent: Agent) => Promise<T>): Promise<T> {
  const sql = await openDatabase(":memory:");
  const now = Date.now;
  try {
    const models = await openModels(parts.config, {
      store: sqlModelStore(sql),
      embedder: parts.memory?.embedder ?? null,
      tenant: parts.memory?.tenant ?? DEFAULT_TENANT,
      log: parts.log,
      now,
    });
    const store = sqlAnalysisStore(sql);
    return await use(await buildAgent({ ...parts, models, store, checkpointer: null, now, review: false }));
  } finally {
    await sql.close();
  }
}
