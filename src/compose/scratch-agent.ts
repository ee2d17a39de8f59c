import type { Agent } from "../agent/analyse.ts";
import { sqliteAnalysisStore } from "../connectors/sqlite/analysis-store.ts";
import { type AgentParts, buildAgent } from "./agent.ts";

type ScratchParts = Pick<AgentParts, "config" | "incidents" | "memory" | "log" | "calibration" | "withoutCauses">;

/** Runs `use` with an agent that keeps everything in memory, asks nobody, and leaves nothing behind: for measuring. */
export async function withScratchAgent<T>(parts: ScratchParts, use: (agent: Agent) => Promise<T>): Promise<T> {
  const store = await sqliteAnalysisStore(":memory:");
  try {
    return await use(await buildAgent({ ...parts, store, checkpointer: null, now: Date.now, review: false }));
  } finally {
    await store.close();
  }
}
