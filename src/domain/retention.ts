/** What is pruned by age and size. Each has its own limits. */
export const RETENTION_KINDS = ["analyses", "evidence", "uploads", "checkpoints", "memory", "sessions"] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

/** Null: no limit. Age in milliseconds since the end of the analysis, or since the upload. */
export type RetentionLimit = { maxAgeMs: number | null; maxBytes: number | null };
export type RetentionLimits = {
  /** Reports with their undecided actions, feedback and incidents. */
  analyses: RetentionLimit;
  /** Findings, artifacts and progress: what `causeway evidence` and questions read. */
  evidence: RetentionLimit;
  uploads: RetentionLimit;
  /** Of finished analyses: nothing reads them any more. */
  checkpoints: Pick<RetentionLimit, "maxAgeMs">;
  memory: Pick<RetentionLimit, "maxAgeMs"> & { maxDocuments: number | null };
  /** Sessions of an orchestrator, in `aiopslab.db`. */
  sessions: Pick<RetentionLimit, "maxAgeMs">;
};

/**
 * Artifacts that belong to the report rather than to its evidence: the questions with their answers, and who requested
 * the analysis.
 */
export const REPORT_ARTIFACTS = ["conversation", "requester"] as const;

/**
 * An analysis that has ended or waits for a review. `endedAtMs`: when it ended, or began to wait. `isDecided`: a person
 * decided on an action of it, approved one, or one was executed: its report is never pruned.
 */
export type HeldAnalysis = {
  id: string;
  incidentId: string;
  endedAtMs: number;
  isDone: boolean;
  isDecided: boolean;
  hasEvidence: boolean;
};
export type HeldUpload = { id: string; incidentId: string; atMs: number; bytes: number };
/** Bytes in the store, of the report and of the evidence of one analysis. */
export type HeldBytes = { report: number; evidence: number };

/** Space of the store. `freeBytes`: inside of its files, for new rows; null if the server does not say. */
export type StoreSpace = { usedBytes: number; freeBytes: number | null };

/**
 * The part of the store that prunes. The audit log, decisions, approvals, executions and the actions that they belong
 * to are never deleted. What is deleted leaves a note, so that a link to it answers "pruned on …".
 */
export interface RetentionStore {
  /** Oldest end first. Running and queued analyses are left out. */
  listHeld(): Promise<HeldAnalysis[]>;
  bytesOf(analysisIds: readonly string[]): Promise<Map<string, HeldBytes>>;
  listUploads(): Promise<HeldUpload[]>;
  pruneAnalyses(analysisIds: readonly string[], nowMs: number): Promise<void>;
  pruneEvidence(analysisIds: readonly string[], nowMs: number): Promise<void>;
  pruneUploads(uploadIds: readonly string[], nowMs: number): Promise<void>;
  /** Incidents that ended before this time, with what they still have. */
  listEndedIncidents(beforeMs: number): Promise<{ id: string; analyses: number; uploads: number }[]>;
  pruneIncidents(incidentIds: readonly string[], nowMs: number): Promise<void>;
  space(): Promise<StoreSpace>;
  /** Gives free space back to the disk. `full`: rewrites everything, and blocks writers meanwhile. */
  giveBack(options: { full: boolean }): Promise<void>;
}

/** Checkpoints by thread: the thread of an analysis has its id. */
export interface CheckpointSpace {
  listThreads(): Promise<string[]>;
  deleteThread(threadId: string): Promise<void>;
  space(): Promise<StoreSpace>;
  giveBack(options: { full: boolean }): Promise<void>;
}
