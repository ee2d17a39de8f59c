import type { AnalysisStore } from "../domain/ports.ts";
import type { Seen } from "../memory/document.ts";
import { citedFindings, getBody } from "./bodies.ts";

/** What an analysis saw and concluded, from the store, as soon as its causes are ranked. @throws {IncidentError} NOT_FOUND before that. */
export async function seenBy(store: AnalysisStore, analysisId: string): Promise<Seen> {
  const refs = await getBody(store, analysisId, "findings");
  return {
    incident: await getBody(store, analysisId, "incident"),
    ranking: await getBody(store, analysisId, "ranking"),
    topology: await getBody(store, analysisId, "topology"),
    findings: await citedFindings(store, analysisId, refs),
  };
}
