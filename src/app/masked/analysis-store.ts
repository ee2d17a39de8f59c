import type { AnalysisStore } from "../../domain/ports.ts";
import type { Masker } from "../../domain/redact-values.ts";

/**
 * Stores what analyses read and concluded without secrets and personal data. Every later step reads the masked text,
 * so that ids, names and templates still match each other.
 */
export const maskedAnalysisStore = (store: AnalysisStore, { text, values }: Masker): AnalysisStore => ({
  ...store,
  putFindings: (analysisId, findings) => store.putFindings(analysisId, values(findings)),
  putArtifact: (analysisId, name, artifact) => store.putArtifact(analysisId, name, values(artifact)),
  putReport: (report) => store.putReport(values(report)),
  putActions: (actions, nowMs) => store.putActions(values(actions), nowMs),
  recordAudit: (entries) => store.recordAudit(entries.map((entry) => ({ ...entry, payload: values(entry.payload) }))),
  recordDecision: (decision) =>
    store.recordDecision({ ...decision, note: decision.note === null ? null : text(decision.note) }),
});
