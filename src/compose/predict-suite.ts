import { Worker } from "node:worker_threads";
import type { Config } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import { benchIncidents, type BenchTask } from "./bench-incidents.ts";
import type { Predicted } from "./predict.ts";

export type WorkerTask = BenchTask & { config: Pick<Config, "runbooks" | "model" | "nodeTimeoutMs" | "logLevel"> };
/** `failed`: why the case could not be analysed. */
export type CaseAnswer = { id: string; predicted: Predicted } | { id: string; failed: string };

/** All threads of one bench share this much heap, megabytes: a case that needs more fails alone. */
const HEAP_MB = 1200;

// The source runs as TypeScript; what is published is JavaScript beside it.
const entry = (): URL => new URL(import.meta.url.endsWith(".ts") ? "./predict-worker.ts" : "./predict-worker.js", import.meta.url);

const startWorker = (task: WorkerTask, jobs: number): Worker =>
  new Worker(entry(), { workerData: task, resourceLimits: { maxOldGenerationSizeMb: Math.floor(HEAP_MB / jobs) } });

/** Hands ids to one thread until none is left. A thread that dies is replaced, and its case counts as failed. */
async function drain(task: WorkerTask, jobs: number, ids: Iterator<string>, onAnswer: (answer: CaseAnswer) => void): Promise<void> {
  let worker: Worker | null = null;
  try {
    for (let next = ids.next(); next.done !== true; next = ids.next()) {
      const id = next.value;
      worker ??= startWorker(task, jobs);
      const answer = await ask(worker, id);
      if (answer.died) worker = null;
      onAnswer(answer.answer);
    }
  } finally {
    await worker?.terminate();
  }
}

const ask = (worker: Worker, id: string): Promise<{ answer: CaseAnswer; died: boolean }> =>
  new Promise((resolve) => {
    const settle = (answer: CaseAnswer, died: boolean): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      resolve({ answer, died });
    };
    const onMessage = (answer: CaseAnswer): void => settle(answer, false);
    const onError = (error: Error): void => settle({ id, failed: `${error.name}: ${error.message}` }, true);
    const onExit = (code: number): void => settle({ id, failed: `its thread ended with ${code}` }, true);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origins; a window's has
    worker.postMessage(id);
  });

/**
 * Analyses every case of a suite, `jobs` at a time, each in a thread of its own.
 *
 * @param onAnswer Called for each case as it is ready, in no order.
 * @throws {IncidentError} NOT_FOUND when the suite holds no case.
 */
export async function predictSuite(task: WorkerTask, jobs: number, onAnswer: (answer: CaseAnswer, total: number) => void): Promise<void> {
  const listed = await benchIncidents(task).listIncidents();
  if (listed.length === 0) throw new IncidentError("NOT_FOUND", `no case in ${task.suite}`, { hint: "Give a folder with cases/<id>/scenario.json." });
  const ids = listed.map(({ id }) => id)[Symbol.iterator]();
  const threads = Math.max(1, Math.min(jobs, listed.length));
  await Promise.all(Array.from({ length: threads }, () => drain(task, threads, ids, (answer) => onAnswer(answer, listed.length))));
}
