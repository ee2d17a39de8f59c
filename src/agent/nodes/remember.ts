import type { Decision } from "../../domain/action.ts";
import { embedDocuments } from "../../domain/embed-documents.ts";
import { incidentDocument, type Judgement } from "../../memory/document.ts";
import type { AgentDeps } from "../deps.ts";
import { seenBy } from "../seen.ts";
import { type NodeStep, timed } from "../step.ts";

/**
 * Derives the outcome of the diagnosis from the decisions. An approval confirms the diagnosis. A rejection only means
 * that the action was wrong. Without a decision, the outcome is unknown.
 */
const diagnosisOutcome = (decisions: readonly Decision[]): Judgement => {
  const approval = decisions.find(({ decision }) => decision === "approved");
  return approval === undefined ? null : { outcome: "confirmed", by: approval.by, atMs: approval.atMs };
};

/** Stores the incident in the memory, so that later analyses can recall it. */
export const remember = (deps: AgentDeps): NodeStep =>
  timed(deps, "remember", async (state, { signal }) => {
    const { memory, store } = deps;
    const { analysisId } = state;
    if (memory === null) return {};
    const decided = await Promise.all(
      (await store.listActions(analysisId)).map(async (action) => ({
        action,
        decision: await store.getDecision(action.id),
      })),
    );
    const done = decided
      .filter(({ decision }) => decision?.decision === "approved")
      .map(({ action: { title, runbook } }) => `${title} (${runbook})`);
    const document = incidentDocument({
      seen: await seenBy(store, analysisId),
      tenant: memory.tenant,
      analysisId,
      atMs: state.startedAtMs,
      judgement: diagnosisOutcome(decided.flatMap(({ decision }) => decision ?? [])),
      resolution: done.length === 0 ? null : done.join("; "),
    });
    await memory.store.put(await embedDocuments(memory.embedder, [document], signal));
    return {};
  });
