import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Config } from "../config.ts";
import type { FromWorker, RunResult, WorkerTask, ToWorker } from "./worker-messages.ts";

/** An analysis that takes longer has lost its way: its steps have limits of their own, milliseconds. */
const LONGEST_RUN_MS = 3_600_000;
/** How long a thread may take to close what it has open, milliseconds. */
const CLOSE_PATIENCE_MS = 5_000;

/** Runs analyses, one at a time, away from the thread that answers requests. */
export type AnalysisRunner = {
  /** Has it load what it needs before the first analysis. */
  warmUp(): void;
  /** Never throws. `signal`: another took it over. `drain`: it is to be left at the end of the running nodes. */
  run(analysisId: string, signals: { signal: AbortSignal; drain: AbortSignal }): Promise<RunResult>;
  close(): Promise<void>;
};

const send = (to: Worker, message: ToWorker): void => to.postMessage(message); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread has none

/** Starts a worker thread at `workerEntry`, and a new one after an analysis that ended it, for example because it ran out of memory. */
export function startAnalysisRunner(config: Config, workerEntry: URL): AnalysisRunner {
  let thread: Worker | null = null;

  function start(): Worker {
    const task: WorkerTask = { config };
    const started = new Worker(workerEntry, { workerData: task });
    started.on("error", () => undefined); // its exit follows, and tells
    started.once("exit", () => (thread = thread === started ? null : thread));
    return started;
  }

  return {
    warmUp: () => void (thread ??= start()),

    run(analysisId, { signal, drain }) {
      const at = (thread ??= start());
      return new Promise<RunResult>((resolve) => {
        const abort = (): void => send(at, { type: "abort" });
        const leave = (): void => send(at, { type: "drain" });
        let why = "it ended without a word";
        const onError = (error: Error): void => void (why = error.message);
        const onExit = (): void =>
          finish({
            kind: "failed",
            code: "UNAVAILABLE",
            message: `the thread of the analysis ended: ${why}`,
            hint: "It is tried again. Where it ran out of memory, give the process more.",
          });
        const onMessage = (message: FromWorker): void => {
          if (message.analysisId === analysisId) finish(message.result);
        };
        const late = setTimeout(() => {
          why = `it took longer than ${LONGEST_RUN_MS / 60_000} minutes`;
          void at.terminate();
        }, LONGEST_RUN_MS);
        function finish(result: RunResult): void {
          clearTimeout(late);
          at.off("message", onMessage).off("error", onError).off("exit", onExit);
          signal.removeEventListener("abort", abort);
          drain.removeEventListener("abort", leave);
          resolve(result);
        }
        at.on("message", onMessage).on("error", onError).once("exit", onExit);
        signal.addEventListener("abort", abort, { once: true });
        drain.addEventListener("abort", leave, { once: true });
        send(at, { type: "run", analysisId });
        if (signal.aborted) abort();
        if (drain.aborted) leave();
      });
    },

    async close() {
      const at = thread;
      if (at === null) return;
      const ended = once(at, "exit", { signal: AbortSignal.timeout(CLOSE_PATIENCE_MS) });
      send(at, { type: "close" });
      await ended.catch(() => at.terminate());
    },
  };
}
