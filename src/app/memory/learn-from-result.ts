import { lessonsOfAnalysis } from "../../agent/lessons-of.ts";
import type { Memory } from "../../agent/deps.ts";
import { seenBy } from "../../agent/seen.ts";
import type { ActionResult } from "../../domain/action.ts";
import { embedDocuments } from "../../domain/embed-documents.ts";
import { IncidentError } from "../../domain/errors.ts";
import { incidentKey } from "../../domain/memory.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import { incidentDocument } from "../../memory/document.ts";

export type ResultParts = { store: AnalysisStore; memory: Memory | null };

/**
 * Records what became of the symptom after an approved action was run, and teaches it to the memory: only a fix that
 * was run and helped confirms the diagnosis. A later result replaces an earlier one.
 *
 * @throws {IncidentError} NOT_FOUND for an unknown action; REJECTED unless the action was approved.
 */
export async function learnFromResult({ store, memory }: ResultParts, result: ActionResult): Promise<void> {
  const { actionId } = result;
  const { analysisId } = await store.getAction(actionId);
  const decision = await store.getDecision(actionId);
  if (decision?.decision !== "approved")
    throw new IncidentError("REJECTED", `${actionId} was not approved, so it cannot have a result`, {
      hint: "Use `causeway feedback` to say what the cause was, or approve the action before you run it.",
    });
  await store.recordActionResult(result);
  if (memory === null) return;
  const { startedAtMs, incidentId } = await store.getAnalysis(analysisId);
  const id = incidentKey(memory.tenant, incidentId);
  const before = await memory.store.get(id);
  const document = incidentDocument({
    seen: await seenBy(store, analysisId),
    tenant: memory.tenant,
    analysisId,
    atMs: Math.max(startedAtMs, before?.atMs ?? 0),
    ...(await lessonsOfAnalysis(store, analysisId)),
  });
  const isWithdrawn =
    before?.kind === "incident" &&
    before.outcome === "confirmed" &&
    document.outcome === "unknown" &&
    before.resolution !== null;
  if (isWithdrawn) await memory.store.setOutcome(id, { outcome: "unknown", by: result.by, atMs: result.atMs });
  await memory.store.put(await embedDocuments(memory.embedder, [document]));
}
