import { Worker } from "node:worker_threads";
import type { Config } from "../../config.ts";
import { IncidentError } from "../../domain/errors.ts";
import { workerEntry } from "../../compose/worker-entry.ts";
import { benchIncidents, type BenchTask } from "../incidents/bench-incidents.ts";
import type { Predicted } from "./predict.ts";

export type PredictConfig = Pick<Config, "runbooks" | "model" | "nodeTimeoutMs" | "logLevel">;
/** What a thread is asked. */
export type CaseQuestion = { task: BenchTask; id: string };
/** `failed`: why the case could not be analysed. */
export type CaseAnswer = { id: string; predicted: Predicted } | { id: string; failed: string };

/** Threads that analyse cases, for as many suites and variations as one bench has: a thread takes a second to load the machine. */
export type PredictPool = {
  /**
   * Analyses every case that the task names. One task at a time.
   *
   * @param onAnswer Called for each case as it is ready, in no order.
   * @throws {IncidentError} NOT_FOUND when there is no case.
   */
  predict(task: BenchTask, onAnswer: (answer: CaseAnswer, total: number) => void): Promise<void>;
  close(): Promise<void>;
};

/** All threads of one bench share this much heap, megabytes: a case that needs more fails alone. */
const HEAP_MB = 1200;

/** One place for a thread; null until it is needed, and after it died. */
type Seat = { worker: Worker | null };

/** A pool of at most `jobs` threads, each started with its first case. Close it: threads that wait keep a process alive. */
export function openPredictPool(
  config: PredictConfig,
  jobs: number,
  { heapMb = HEAP_MB }: { heapMb?: number } = {},
): PredictPool {
  const seats = Array.from({ length: Math.max(1, jobs) }, (): Seat => ({ worker: null }));
  const resourceLimits = { maxOldGenerationSizeMb: Math.floor(heapMb / seats.length) };

  /** Hands ids to one thread until none is left. A thread that dies is replaced, and its case counts as failed. */
  const drain = async (
    seat: Seat,
    task: BenchTask,
    ids: Iterator<string>,
    onAnswer: (answer: CaseAnswer) => void,
  ): Promise<void> => {
    for (let next = ids.next(); next.done !== true; next = ids.next()) {
      seat.worker ??= new Worker(workerEntry("predict-worker", import.meta.url), {
        workerData: config,
        resourceLimits,
      });
      const { answer, died } = await ask(seat.worker, { task, id: next.value });
      if (died) seat.worker = null;
      onAnswer(answer);
    }
  };

  return {
    async predict(task, onAnswer) {
      const listed = await benchIncidents(task).listIncidents();
      if (listed.length === 0)
        throw new IncidentError("NOT_FOUND", `no case in ${task.suite}`, {
          hint: "Give a folder with cases/<id>/scenario.json.",
        });
      const ids = listed.map(({ id }) => id)[Symbol.iterator]();
      await Promise.all(
        seats
          .slice(0, listed.length)
          .map((seat) => drain(seat, task, ids, (answer) => onAnswer(answer, listed.length))),
      );
    },
    close: async () => void (await Promise.all(seats.map(({ worker }) => worker?.terminate()))),
  };
}

/** Runs `use` with a pool, and closes it whatever happens. */
export async function withPredictPool<T>(
  config: PredictConfig,
  jobs: number,
  use: (pool: PredictPool) => Promise<T>,
): Promise<T> {
  const pool = openPredictPool(config, jobs);
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}

const ask = (worker: Worker, question: CaseQuestion): Promise<{ answer: CaseAnswer; died: boolean }> =>
  new Promise((resolve) => {
    const { id } = question;
    const settle = (answer: CaseAnswer, died: boolean): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      resolve({ answer, died });
    };
    const onMessage = (answer: CaseAnswer): void => settle(answer, false);
    const onError = (error: Error): void => settle({ id, failed: `${error.name}: ${error.message}` }, true);
    const onExit = (code: number): void => settle({ id, failed: `its thread ended with ${code}` }, true);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origins; a window's has
    worker.postMessage(question);
  });
