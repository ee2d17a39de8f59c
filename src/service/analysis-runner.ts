import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { NO_ORDERS, type StepOrders } from "../domain/step-orders.ts";
import type { RunResult } from "../app/run-result.ts";
import type { ModelCall } from "../domain/model-call.ts";
import type { Log } from "../domain/log.ts";
import { type Every, runInWorker, send, type WorkerLimits } from "./worker-run.ts";

/** How long a worker may take to close its connections, milliseconds. */
const CLOSE_PATIENCE_MS = 5_000;
/** Threads that one run of an analysis may block before it fails. */
const MAX_BLOCKED = 4;

/** Runs analyses in a worker thread, one at a time, so that requests are answered meanwhile. */
export type AnalysisRunner = {
  /** Starts the worker thread before the first analysis needs it. */
  warmUp(): void;
  /**
   * Never throws.
   *
   * @param signals `signal` aborts when another process took the analysis over. `drain` aborts when the worker should
   *   leave the analysis after its running nodes.
   */
  run(analysisId: string, signals: { signal: AbortSignal; drain: AbortSignal }): Promise<RunResult>;
  close(): Promise<void>;
};

/** The file in which the worker thread starts, and what it gets as `workerData`. */
export type WorkerStart = { entry: URL; workerData: unknown };

const interval: Every = (ms, tick) => {
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
};

/**
 * Starts a new worker thread after an analysis that ended the last one, for example by running out of memory.
 *
 * A step that computes without a pause cannot be interrupted inside its thread. If a thread gives no sign of life, it
 * is ended, and a new one goes on from the last checkpoint, one step at a time. A step that blocks again is left out:
 * the report names it as not checked. Steps that no report can do without make the analysis fail.
 */
export function createAnalysisRunner(
  { entry, workerData }: WorkerStart,
  {
    limits,
    log,
    every = interval,
    onModelCall = () => undefined,
  }: { limits: WorkerLimits; log: Log; every?: Every; onModelCall?: (call: ModelCall) => void },
): AnalysisRunner {
  let worker: Worker | null = null;

  function start(): Worker {
    const started = new Worker(entry, { workerData });
    started.on("error", () => undefined); // its `exit` event follows, and is handled
    started.once("exit", () => (worker = worker === started ? null : worker));
    return started;
  }

  return {
    warmUp: () => void (worker ??= start()),

    async run(analysisId, signals) {
      let orders: StepOrders = NO_ORDERS;
      for (let left = MAX_BLOCKED; ; left -= 1) {
        const end = await runInWorker(
          (worker ??= start()),
          { analysisId, orders, limits, every, onModelCall },
          signals,
        );
        if (end.kind !== "blocked") return end;
        const steps = end.steps.join(", ") || "none";
        log.error({ analysisId, steps: end.steps }, `worker thread ended: silent for ${limits.silentMs} ms (${steps})`);
        if (left === 1 || (orders.oneByOne && end.steps.length === 0)) return blockedForGood(steps);
        if (signals.drain.aborted || signals.signal.aborted) return { kind: "left" };
        orders = { oneByOne: true, skip: orders.oneByOne ? [...orders.skip, ...end.steps] : [] };
      }
    },

    async close() {
      const current = worker;
      if (current === null) return;
      const ended = once(current, "exit", { signal: AbortSignal.timeout(CLOSE_PATIENCE_MS) });
      send(current, { type: "close" });
      await ended.catch(() => current.terminate());
    },
  };
}

const blockedForGood = (steps: string): RunResult => ({
  kind: "failed",
  code: "REJECTED",
  message: `the analysis blocked its worker thread again and again (steps: ${steps})`,
  hint: "Please report it with the log. CAUSEWAY_NODE_TIMEOUT_MS is the time limit of a step.",
});
