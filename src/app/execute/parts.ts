import type { Approver } from "../../domain/approver.ts";
import type { Execution } from "../../domain/execution.ts";
import type { Executor } from "../../domain/executor.ts";
import type { Log } from "../../domain/log.ts";
import type { Policy } from "../../domain/policy.ts";
import type { AnalysisStore, IncidentStore } from "../../domain/ports.ts";
import type { Proposer } from "../../remediation/authority.ts";

/**
 * What executions need. `openExecutor`: null if nothing may be executed; throws CONFIG if it cannot be used.
 * `isStillAllowed`: whether the surface still lets this person approve. `changedOf`: whether an execution on this host
 * began to change something; null if nobody knows. Times in milliseconds.
 */
export type ExecutionParts = {
  store: AnalysisStore;
  incidents: Pick<IncidentStore, "openTelemetry">;
  policy: Policy;
  proposerOf(analysisId: string): Promise<Proposer>;
  openExecutor(): Executor | null;
  isStillAllowed(approver: Approver): Promise<boolean>;
  changedOf(execution: Pick<Execution, "folder">): Promise<boolean | null>;
  /** Names this process as the holder of an execution, and says whether another has ended. */
  owners: { newOwner(): string; hasDied(owner: string): boolean };
  execution: { timeoutMs: number; verifyMs: number; leaseMs?: number; pauseMs?: number };
  /** Called once at the end of each execution of this process. */
  onEnd(execution: Execution): Promise<void>;
  /** Masks secrets in what a script printed. */
  mask(text: string): string;
  log: Log;
  now: () => number;
};

/**
 * `expected`: values for what nobody had looked at when the script was planned; else they are read. `onState`: called
 * at each new state. `signal`: stops the script.
 */
export type ExecuteRequest = {
  actionId: string;
  by: Approver;
  expected?: Readonly<Record<string, string>> | undefined;
  onState?: ((execution: Execution) => void) | undefined;
  signal?: AbortSignal | undefined;
};

/** `execution`: as claimed; nothing has run. `ended`: its end, or what another process declared it to be. */
export type StartedExecution = { execution: Execution; ended: Promise<Execution> };
