import { z } from "zod";
import { Approver } from "./approver.ts";

/**
 * The states of an execution.
 *
 * - `claimed`: a worker has it; nothing has run.
 * - `running`: the script runs.
 * - `verifying`: it ran; the symptom is watched.
 * - `succeeded`: its own checks passed, and the symptom is gone or could not be asked for (see `symptom`).
 * - `failed`: it did not work, and nothing was undone: nothing had changed, or it cannot be undone (see `changed`).
 * - `rolling_back`, `rolled_back`, `rollback_failed`: it did not work, and is, was or could not be undone.
 * - `unknown`: nobody knows how far it came, because its worker died or its CI job did not answer. Never repeated.
 */
export const EXECUTION_STATES = [
  "claimed",
  "running",
  "verifying",
  "rolling_back",
  "succeeded",
  "failed",
  "rolled_back",
  "rollback_failed",
  "unknown",
] as const;
export const ExecutionState = z.enum(EXECUTION_STATES);
export type ExecutionState = z.infer<typeof ExecutionState>;

/** States that a worker still moves on. */
export const OPEN_STATES = ["claimed", "running", "verifying", "rolling_back"] as const satisfies ExecutionState[];
export const isOpen = ({ state }: { state: ExecutionState }): boolean => OPEN_STATES.some((open) => open === state);

/** Why nothing was run, in one word. */
export const RunRefusal = z.enum([
  "not_approved",
  "changed",
  "expired",
  "authority",
  "wrong_context",
  "precondition_drift",
]);
export type RunRefusal = z.infer<typeof RunRefusal>;

/** What a run of the script does. `check`: reads, and lets the API server test the changes without applying them. */
export const ScriptPart = z.enum(["check", "apply", "verify", "rollback"]);
export type ScriptPart = z.infer<typeof ScriptPart>;

/**
 * One run of the script. `ended`: how it came to its end; `lost`: nobody knows. `exitCode`: null unless it exited.
 * `output`: the end of what it printed, masked; `outputBytes`: how much that was.
 */
export const ExecutionRun = z.object({
  part: ScriptPart,
  startedAtMs: z.number(),
  endedAtMs: z.number(),
  ended: z.enum(["exited", "timed_out", "stopped", "not_started", "lost"]),
  exitCode: z.number().int().nullable(),
  output: z.string(),
  outputBytes: z.number(),
});
export type ExecutionRun = z.infer<typeof ExecutionRun>;

/**
 * What the symptom's own query showed. `unmeasured`: it could not be asked, or says nothing. `value`, `quiet`,
 * `incident`: the level then, before the incident and during it, in the unit of the metric; null if it has no level.
 */
export const SymptomReading = z.object({
  state: z.enum(["gone", "not_gone", "worse", "unmeasured"]),
  why: z.string(),
  value: z.number().nullable(),
  quiet: z.number().nullable(),
  incident: z.number().nullable(),
  atMs: z.number(),
});
export type SymptomReading = z.infer<typeof SymptomReading>;

/** The one execution of an approved action. Times are Unix milliseconds. */
export const Execution = z.object({
  id: z.string(),
  /** Unique: an action is executed once. */
  actionId: z.string(),
  analysisId: z.string(),
  incidentId: z.string(),
  title: z.string(),
  state: ExecutionState,
  /** Who started it; `causeway` when the approval did. */
  by: Approver,
  executor: z.object({ kind: z.string(), context: z.string().nullable() }),
  scriptSha256: z.string(),
  /** Hash over script, target, parameters and preconditions, as approved. */
  bindingSha256: z.string(),
  /** The process that works on it, until `leaseUntilMs` unless renewed. */
  owner: z.string(),
  leaseUntilMs: z.number(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  /** Whether it began to change something. Null: nobody knows. */
  changed: z.boolean().nullable(),
  reversible: z.boolean(),
  /** Values that were read right before the change, because nobody had looked when it was approved. */
  pinned: z.record(z.string(), z.string()),
  /** Oldest first. At most one of each part, and a second verification after a rollback. */
  runs: z.array(ExecutionRun),
  symptom: z.object({
    before: SymptomReading.nullable(),
    after: SymptomReading.nullable(),
    afterRollback: SymptomReading.nullable(),
  }),
  /** Why nothing was run, if that is so. */
  refusal: RunRefusal.nullable(),
  /** What happened, as a sentence for people. Null while it goes well. */
  why: z.string().nullable(),
  /** The folder with the script and what it recorded, on the host of the worker. Null if it ran elsewhere. */
  folder: z.string().nullable(),
});
export type Execution = z.infer<typeof Execution>;

/** Executions. Each beginning and each end is written together with its line in the audit log. */
export interface ExecutionStore {
  /**
   * Records that this owner executes an approved action, before anything runs. One caller gets it, whoever else asks.
   *
   * @returns `claimed`: false if there was an execution before; `execution` is then that one.
   * @throws {IncidentError} REJECTED if the action was not approved with this script.
   */
  claimExecution(execution: Execution): Promise<{ claimed: boolean; execution: Execution }>;
  /**
   * Writes the next state, if the execution is still in the state `from` and `owner` has it.
   *
   * @returns false if not: somebody declared it unknown, and nothing more may run.
   */
  changeExecution(next: Execution, from: { state: ExecutionState; owner: string }): Promise<boolean>;
  /** Renews the owner's lease. @returns false if the owner does not have it any more, or if it has ended. */
  renewExecution(actionId: string, lease: { owner: string; untilMs: number }): Promise<boolean>;
  /** Null if the action was never executed. */
  getExecution(actionId: string): Promise<Execution | null>;
  /** Newest first. `open`: only those that a worker still moves on. */
  listExecutions(options: { limit: number; open?: boolean; analysisId?: string }): Promise<Execution[]>;
}
