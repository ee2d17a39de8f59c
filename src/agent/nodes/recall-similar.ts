import { putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { described, recall } from "../recall.ts";
import { rankStored } from "../rank-stored.ts";
import { seenBy } from "../seen.ts";
import { type NodeStep, timed } from "../step.ts";

/** Recalls similar past incidents, and ranks again with them. A past outcome is a prior, never a proof. */
export const recallSimilar = (deps: AgentDeps): NodeStep =>
  timed(deps, "recall-similar", async (state, { signal }) => {
    const { memory, store } = deps;
    const { analysisId } = state;
    if (memory === null) return {};
    const seen = await seenBy(store, analysisId);
    const recalled = await recall(seen, memory, { nowMs: state.startedAtMs, signal });
    if (recalled.similar.length === 0) return {};
    await putArtifact(store, analysisId, "similar", described(recalled, seen));
    return rankStored(deps, state, recalled.past);
  });
