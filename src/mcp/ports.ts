import type { Causeway } from "../app/causeway.ts";
import type { Log } from "../domain/log.ts";
import type { WorkStatus } from "../domain/service.ts";
import type { Scope } from "../domain/service.ts";
import type { TriageReport } from "../domain/triage.ts";

/** Who calls. `scopes`: what the caller may do; a tool of another scope does not exist for it. */
export type McpCaller = { name: string; scopes: readonly Scope[] };

/**
 * A request for an analysis. `force`: also if one covers the same input. `waitMs`: how long to wait for its end.
 * `onProgress` gets one sentence for each step.
 */
export type AnalysisRun = {
  by: string;
  force: boolean;
  waitMs: number;
  signal: AbortSignal;
  onProgress: (step: string) => void;
};
/** `analysisId`: null while it is not known yet. `why`: of a failure. */
export type AnalysisRunState = { analysisId: string | null; status: WorkStatus; why: string | null };

/** Runs analyses: in this process, or through the queue of the service. */
export type AnalysisRuns = { run(incidentId: string, request: AnalysisRun): Promise<AnalysisRunState> };

/** A runbook of Causeway or the team, and a page of the team's own folders. `certainty`: null if it is too unsure. */
export type FoundRunbook = { name: string; description: string; causes: readonly string[]; steps: readonly string[] };
export type FoundRunbookPage = { page: string; section: string | null; title: string; certainty: string | null };
export type RunbookSearch = {
  words: string;
  labels: Readonly<Record<string, string>>;
  limit: number;
  signal: AbortSignal;
};
/** `notes`: what was not searched, and why. */
export type RunbookHits = { runbooks: FoundRunbook[]; pages: FoundRunbookPage[]; notes: string[] };

/** What the tools need. None of it approves or executes anything. */
export type McpPorts = {
  causeway: Pick<
    Causeway,
    | "listAllIncidents"
    | "getAnalysis"
    | "listAnalyses"
    | "conclusionsOf"
    | "evidence"
    | "readTelemetry"
    | "telemetryTools"
    | "similarIncidents"
    | "ask"
  >;
  runs: AnalysisRuns;
  findRunbooks: (search: RunbookSearch) => Promise<RunbookHits>;
  /** @param text alerts as JSON. @throws {IncidentError} BAD_INPUT */
  triage: (text: string, signal: AbortSignal) => Promise<TriageReport>;
  log: Log;
};
