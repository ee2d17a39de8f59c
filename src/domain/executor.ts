import type { ExecutionRun, ScriptPart } from "./execution.ts";

/**
 * One run of an approved script. `expectations`: values that the script leaves open, read right before.
 * `recorded`: what an earlier part of the same execution recorded for its rollback; null if nothing.
 */
export type ScriptRequest = {
  executionId: string;
  part: ScriptPart;
  /** Exactly the approved text, and its SHA-256. */
  script: string;
  scriptSha256: string;
  fixedPart: { fileName: string; text: string; sha256: string };
  expectations: Readonly<Record<string, string>>;
  /** Who approved it, in one plain word; null where the script notes no name. */
  approver?: string | null | undefined;
  recorded: string | null;
  timeoutMs: number;
  /** Stops the run. */
  signal: AbortSignal;
};

/**
 * How a run ended. `output`: at most `MAX_OUTPUT` bytes of it, not masked: its beginning and its end. `changed`: whether
 * it began to change something; null if nobody knows. `why`: what went wrong outside of the script, as a sentence.
 */
export type ScriptOutcome = Pick<ExecutionRun, "ended" | "exitCode" | "output" | "outputBytes"> & {
  changed: boolean | null;
  recorded: string | null;
  why: string | null;
};

/** Runs approved scripts. It decides nothing: its caller has claimed the execution and checked the approval. */
export interface Executor {
  readonly kind: "local" | "kubectl" | "webhook";
  /** The kubectl context that changes go to; null if the script alone says so. */
  readonly context: string | null;
  /** The folder of an execution on this host; null if it runs elsewhere. */
  folderOf(executionId: string): string | null;
  /**
   * Checks that scripts can be run at all, and that the context exists.
   *
   * @throws {IncidentError} CONFIG, UNAVAILABLE
   */
  requireReady(signal: AbortSignal): Promise<void>;
  /** Never throws for what the script does. @throws {IncidentError} if it could not even be begun. */
  run(request: ScriptRequest): Promise<ScriptOutcome>;
  /** What the execution recorded on this host so far: for one whose worker died. */
  left(executionId: string): Promise<Pick<ScriptOutcome, "changed" | "recorded">>;
}

/** Bytes of output that are kept of one run: the first quarter, and the last three. */
export const MAX_OUTPUT = 64 * 1024;
