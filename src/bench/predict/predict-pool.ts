import { Worker } from "node:worker_threads";
import type { Config } from "../../config.ts";
import { IncidentError } from "../../domain/errors.ts";
import { workerEntry } from "../../compose/worker-entry.ts";
import { benchIncidents, type BenchTask } from "../incidents/bench-incidents.ts";
import type { Predicted } from "./predict.ts";

/** `modelLimits`: needed by a model. */
export type PredictConfig = Pick<Config, "runbooks" | "model" | "nodeTimeoutMs" | "logLevel"> &
  Partial<Pick<Config, "modelLimits" | "proxy">>;
/** A message to a prediction worker: analyse this case. */
export type CaseRequest = { task: BenchTask; id: string };
/** The answer of a prediction worker. `failed`: why the case could not be analysed. */
export type CaseAnswer = { id: string; predicted: Predicted } | { id: string; failed: string };

/**
 * Workers that analyse cases. A benchmark keeps them for all its suites, because a worker takes a second to load the
 * agent.
 */
export type PredictPool = {
  readonly config: PredictConfig;
  /**
   * Analyses every case of the task. Run one task at a time.
   *
   * @param onAnswer is called for each case when it is ready, in any order.
   * @param only the cases to analyse; all unless given.
   * @throws {IncidentError} NOT_FOUND when the suite has no case.
   */
  predict(
    task: BenchTask,
    onAnswer: (answer: CaseAnswer, total: number) => void,
    only?: readonly string[],
  ): Promise<void>;
  close(): Promise<void>;
};

/** The heap that all workers share, megabytes. A case that needs more fails alone. */
const HEAP_MB = 1200;

/** A place for one worker; null until it is needed, and after the worker died. */
type Seat = { worker: Worker | null };

/**
 * A pool of at most `jobs` workers, each started with its first case. Close it, because idle workers keep a process
 * alive.
 */
export function openPredictPool(
  config: PredictConfig,
  jobs: number,
  { heapMb = HEAP_MB }: { heapMb?: number } = {},
): PredictPool {
  const seats = Array.from({ length: Math.max(1, jobs) }, (): Seat => ({ worker: null }));
  const resourceLimits = { maxOldGenerationSizeMb: Math.floor(heapMb / seats.length) };

  /** Gives ids to one worker until none is left. A worker that dies is replaced, and its case fails. */
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
    config,
    async predict(task, onAnswer, only) {
      const all = only?.map((id) => ({ id })) ?? (await benchIncidents(task).listIncidents());
      const listed = task.withoutCauses === undefined ? all : all.filter(({ id }) => id in (task.withoutCauses ?? {}));
      if (listed.length === 0 && only === undefined)
        throw new IncidentError("NOT_FOUND", `${task.suite} contains no case`, {
          hint: "Give a folder that contains cases/<id>/scenario.json.",
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

/** Runs `use` with a pool, and always closes it. */
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

const ask = (worker: Worker, request: CaseRequest): Promise<{ answer: CaseAnswer; died: boolean }> =>
  new Promise((resolve) => {
    const { id } = request;
    const settle = (answer: CaseAnswer, died: boolean): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      resolve({ answer, died });
    };
    const onMessage = (answer: CaseAnswer): void => settle(answer, false);
    const onError = (error: Error): void => settle({ id, failed: `${error.name}: ${error.message}` }, true);
    const onExit = (code: number): void => settle({ id, failed: `its worker thread exited with code ${code}` }, true);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
    worker.postMessage(request);
  });
