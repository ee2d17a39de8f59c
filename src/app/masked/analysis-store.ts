import type { Execution } from "../../domain/execution.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import type { Masker } from "../../domain/redact-values.ts";

const maskedExecution = (execution: Execution, text: Masker["text"]): Execution => ({
  ...execution,
  title: text(execution.title),
  why: execution.why === null ? null : text(execution.why),
  runs: execution.runs.map((run) => ({ ...run, output: text(run.output) })),
});

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
  claimExecution: (execution) => store.claimExecution(maskedExecution(execution, text)),
  changeExecution: (next, from) => store.changeExecution(maskedExecution(next, text), from),
  recordDecision: (decision) =>
    store.recordDecision({ ...decision, note: decision.note === null ? null : text(decision.note) }),
});
