import type { Worker } from "node:worker_threads";
import type { ModelCall } from "../domain/model-call.ts";
import type { StepOrders } from "../domain/step-orders.ts";
import type { RunResult } from "../app/run-result.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

/**
 * After how many milliseconds the service ends a worker thread. `silentMs`: without a heartbeat, because a step
 * computes without a pause. `drainMs`: after the service asked it to leave its analysis. `wholeMs`: after the run
 * began.
 */
export type WorkerLimits = { silentMs: number; drainMs: number; wholeMs: number };

type WorkerTask = {
  analysisId: string;
  orders: StepOrders;
  limits: WorkerLimits;
  every: Every;
  onModelCall: (call: ModelCall) => void;
};

/** `blocked`: the thread was ended because it was silent; `steps` were running. */
export type WorkerRunEnd = RunResult | { kind: "blocked"; steps: readonly string[] };

/** Calls `tick` every `ms` milliseconds. @returns what ends that. */
export type Every = (ms: number, tick: () => void) => () => void;

/** Signs of life within the longest silence. */
const BEATS = 5;
const LONGEST_BEAT_MS = 1_000;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
export const send = (to: Worker, message: ToWorker): void => to.postMessage(message);

/**
 * Runs one analysis in a worker thread, and ends the thread if it exceeds a limit. Never throws.
 *
 * @param signals as `AnalysisRunner.run` takes them.
 */
export function runInWorker(
  worker: Worker,
  { analysisId, orders, limits, every, onModelCall }: WorkerTask,
  { signal, drain }: { signal: AbortSignal; drain: AbortSignal },
): Promise<WorkerRunEnd> {
  return new Promise((resolve) => {
    const beatMs = Math.min(LONGEST_BEAT_MS, limits.silentMs / BEATS);
    const running = new Set<string>();
    let ended: WorkerRunEnd | null = null;
    let why = "it exited without an error message";
    let silentMs: number | null = null; // until it loaded the program and gave its first sign of life
    let leaveBy: NodeJS.Timeout | undefined;

    const end = (as: WorkerRunEnd): void => {
      if (ended !== null) return;
      ended = as;
      void worker.terminate();
    };
    // Counted here, not read from a clock: a process that was stopped for an hour has heard nothing, and all is well.
    const stopListening = every(beatMs, () => {
      if (silentMs === null) return;
      silentMs += beatMs;
      if (silentMs > limits.silentMs) end({ kind: "blocked", steps: [...running] });
    });
    const whole = setTimeout(() => end(tooLong(limits.wholeMs)), limits.wholeMs);

    const abort = (): void => send(worker, { type: "abort" });
    const leave = (): void => {
      send(worker, { type: "drain" });
      leaveBy = setTimeout(() => end({ kind: "left" }), limits.drainMs);
    };
    const onError = (error: Error): void => void (why = error.message);
    const onExit = (): void => finish(ended ?? exited(why));
    const onMessage = (message: FromWorker): void => {
      if (ended !== null) return; // the thread is being ended, and must not be used again
      silentMs = 0;
      if (message.type === "step") running[message.isRunning ? "add" : "delete"](message.node);
      else if (message.type === "model_call") onModelCall(message.call);
      else if (message.type === "result" && message.analysisId === analysisId) finish(message.result);
    };
    function finish(result: WorkerRunEnd): void {
      stopListening();
      clearTimeout(whole);
      clearTimeout(leaveBy);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      signal.removeEventListener("abort", abort);
      drain.removeEventListener("abort", leave);
      resolve(result);
    }
    worker.on("message", onMessage).on("error", onError).once("exit", onExit);
    signal.addEventListener("abort", abort, { once: true });
    drain.addEventListener("abort", leave, { once: true });
    send(worker, { type: "run", analysisId, orders, beatMs });
    if (signal.aborted) abort();
    if (drain.aborted) leave();
  });
}

const exited = (why: string): RunResult => ({
  kind: "failed",
  code: "UNAVAILABLE",
  message: `the worker thread of the analysis ended: ${why}`,
  hint: "Causeway tries the analysis again. If the thread ran out of memory, give the process more.",
});

const tooLong = (wholeMs: number): RunResult => ({
  kind: "failed",
  code: "REJECTED",
  message: `the analysis took longer than ${wholeMs / 60_000} minutes and was ended`,
  hint: "Its steps have limits of their own (CAUSEWAY_NODE_TIMEOUT_MS). Please report it with the log.",
});
