import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { RunResult } from "../app/run-result.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

/** Stops an analysis that hangs, milliseconds. Its steps have shorter limits of their own. */
const LONGEST_RUN_MS = 3_600_000;
/** How long a worker may take to close its connections, milliseconds. */
const CLOSE_PATIENCE_MS = 5_000;

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

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
const send = (to: Worker, message: ToWorker): void => to.postMessage(message);

/** Starts a new worker thread after an analysis that ended the last one, for example by running out of memory. */
export function createAnalysisRunner({ entry, workerData }: WorkerStart): AnalysisRunner {
  let worker: Worker | null = null;

  function start(): Worker {
    const started = new Worker(entry, { workerData });
    started.on("error", () => undefined); // its `exit` event follows, and is handled
    started.once("exit", () => (worker = worker === started ? null : worker));
    return started;
  }

  return {
    warmUp: () => void (worker ??= start()),

    run(analysisId, { signal, drain }) {
      const current = (worker ??= start());
      return new Promise<RunResult>((resolve) => {
        const abort = (): void => send(current, { type: "abort" });
        const leave = (): void => send(current, { type: "drain" });
        let why = "it exited without an error message";
        const onError = (error: Error): void => void (why = error.message);
        const onExit = (): void =>
          finish({
            kind: "failed",
            code: "UNAVAILABLE",
            message: `the worker thread of the analysis ended: ${why}`,
            hint: "Causeway tries the analysis again. If the thread ran out of memory, give the process more.",
          });
        const onMessage = (message: FromWorker): void => {
          if (message.analysisId === analysisId) finish(message.result);
        };
        const late = setTimeout(() => {
          why = `it took longer than ${LONGEST_RUN_MS / 60_000} minutes`;
          void current.terminate();
        }, LONGEST_RUN_MS);
        function finish(result: RunResult): void {
          clearTimeout(late);
          current.off("message", onMessage).off("error", onError).off("exit", onExit);
          signal.removeEventListener("abort", abort);
          drain.removeEventListener("abort", leave);
          resolve(result);
        }
        current.on("message", onMessage).on("error", onError).once("exit", onExit);
        signal.addEventListener("abort", abort, { once: true });
        drain.addEventListener("abort", leave, { once: true });
        send(current, { type: "run", analysisId });
        if (signal.aborted) abort();
        if (drain.aborted) leave();
      });
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
