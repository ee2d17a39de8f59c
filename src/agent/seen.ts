import type { AnalysisStore } from "../domain/ports.ts";
import type { Seen } from "../memory/document.ts";
import { citedFindings, getArtifact } from "./artifacts.ts";

/**
 * Reads everything that an analysis saw and concluded from the store.
 *
 * @throws {IncidentError} NOT_FOUND before the ranking.
 */
export async function seenBy(store: AnalysisStore, analysisId: string): Promise<Seen> {
  const refs = await getArtifact(store, analysisId, "findings");
  return {
    incident: await getArtifact(store, analysisId, "incident"),
    ranking: await getArtifact(store, analysisId, "ranking"),
    topology: await getArtifact(store, analysisId, "topology"),
    findings: await citedFindings(store, analysisId, refs),
  };
}
