import { setTimeout as sleep } from "node:timers/promises";
import { IncidentError } from "../../domain/errors.ts";
import type { Execution } from "../../domain/execution.ts";
import type { ExecuteRequest, ExecutionParts, StartedExecution } from "./parts.ts";
import { settleAllLeft, settleLeft } from "./settle-left.ts";
import { startExecution } from "./start-execution.ts";

/** `analysisId`: of this analysis only. */
export type ExecutionListing = { limit: number; analysisId?: string | undefined };

export type Executions = {
  /**
   * Executes an approved action, once. Returns when it is claimed.
   *
   * @throws {IncidentError} as `startExecution`
   */
  execute(request: ExecuteRequest): Promise<StartedExecution>;
  /** The execution of an action. @throws {IncidentError} NOT_FOUND if there was none, or no such action */
  getExecution(actionId: string): Promise<Execution>;
  /** Newest first. One whose worker died is `unknown`. */
  listExecutions(options: ExecutionListing): Promise<Execution[]>;
  /** Declares executions unknown whose workers died. @returns how many */
  settleLeftExecutions(): Promise<number>;
};

/** Executions of this process and of others. */
export function executions(
  parts: ExecutionParts,
  drainMs: number,
): Executions & {
  /** Waits for the executions of this process, and stops those that take too long. */
  settle(): Promise<void>;
} {
  const { store } = parts;
  const running = new Set<Promise<Execution>>();
  const stopping = new AbortController();
  return {
    async execute({ signal, ...request }) {
      const either = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
      const started = await startExecution(parts, { ...request, signal: either });
      running.add(started.ended);
      void started.ended.catch(() => null).then(() => running.delete(started.ended));
      return started;
    },

    async getExecution(actionId) {
      await store.getAction(actionId);
      const execution = await store.getExecution(actionId);
      if (execution !== null) return settleLeft(parts, execution);
      throw new IncidentError("NOT_FOUND", `${actionId} was never executed`, {
        hint: `After its approval: \`causeway execute ${actionId}\`.`,
      });
    },

    async listExecutions({ limit, analysisId }) {
      const found = await store.listExecutions({ limit, ...(analysisId === undefined ? {} : { analysisId }) });
      return Promise.all(found.map((execution) => settleLeft(parts, execution)));
    },

    settleLeftExecutions: () => settleAllLeft(parts),

    async settle() {
      if (running.size === 0) return;
      const all = Promise.allSettled(running);
      const timer = new AbortController();
      await Promise.race([all, sleep(drainMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
      timer.abort();
      stopping.abort(new Error("Causeway ends"));
      await all;
    },
  };
}
