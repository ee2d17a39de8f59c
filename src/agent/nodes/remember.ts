import { embedDocuments } from "../../domain/embed-documents.ts";
import { incidentDocument } from "../../memory/document.ts";
import type { AgentDeps } from "../deps.ts";
import { lessonsOfAnalysis } from "../lessons-of.ts";
import { seenBy } from "../seen.ts";
import { type NodeStep, timed } from "../step.ts";

/** Stores the incident in the memory, with what its actions taught, so that later analyses can recall it. */
export const remember = (deps: AgentDeps): NodeStep =>
  timed(deps, "remember", async (state, { signal }) => {
    const { memory, store } = deps;
    const { analysisId } = state;
    if (memory === null) return {};
    const document = incidentDocument({
      seen: await seenBy(store, analysisId),
      tenant: memory.tenant,
      analysisId,
      atMs: state.startedAtMs,
      ...(await lessonsOfAnalysis(store, analysisId)),
    });
    await memory.store.put(await embedDocuments(memory.embedder, [document], signal));
    return {};
  });
