import { Worker } from "node:worker_threads";
import { IncidentError } from "../domain/errors.ts";
import type { Problem } from "../domain/ports.ts";
import { DEFAULT_SETTINGS, joinShards, type MineSettings, type Shard } from "../logs/templates/mine.ts";
import type { TemplateMiner } from "../logs/templates/template-miner.ts";
import type { LogFiles } from "./log-files.ts";
import { type MineAnswer, mineStretch, type MineTask } from "./mine-stretch.ts";
import { type Stretch, stretchesOf } from "./stretches.ts";

/** `mineWorker`: the file in which a mining thread starts. */
export type MinePorts = { files: LogFiles; mineWorker: URL };
export type MineOptions = {
  /** Keeps the id of every line, 4 bytes each. */
  assign: boolean;
  /** Number of threads. 1: no further thread. */
  jobs: number;
  settings?: MineSettings | undefined;
  /** A miner to continue with. It is changed. */
  before?: TemplateMiner | undefined;
  onStretch?: ((done: number, total: number) => void) | undefined;
  onProblem?: ((problem: Problem) => void) | undefined;
  signal?: AbortSignal | undefined;
};

/** Mines files in the order given. The same files give the same templates and ids, for any number of threads. */
export async function mineFiles(
  { files, mineWorker }: MinePorts,
  paths: readonly string[],
  options: MineOptions,
): Promise<ReturnType<typeof joinShards>> {
  const stretches = await stretchesOf(files, paths);
  const shards: Shard[] = [];
  let done = 0;
  const keep = (index: number, { shard, problems }: MineAnswer) => {
    shards[index] = shard;
    for (const problem of problems) options.onProblem?.(problem);
    options.onStretch?.((done += 1), stretches.length);
  };
  const queue = stretches.entries();
  const threads = Math.min(options.jobs, stretches.length);
  if (threads <= 1) {
    const { assign, settings, signal } = options;
    for (const [index, stretch] of queue) keep(index, await mineStretch(files, { stretch, assign, settings }, signal));
  } else {
    await Promise.all(Array.from({ length: threads }, () => drain(mineWorker, queue, options, keep)));
  }
  return joinShards(shards, options.before);
}

async function drain(
  mineWorker: URL,
  queue: Iterator<[number, Stretch]>,
  { assign, settings = DEFAULT_SETTINGS, signal }: MineOptions,
  keep: (index: number, answer: MineAnswer) => void,
): Promise<void> {
  const worker = new Worker(mineWorker);
  try {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      signal?.throwIfAborted();
      const [index, stretch] = next.value;
      keep(index, await ask(worker, { stretch, assign, settings }));
    }
  } finally {
    await worker.terminate();
  }
}

const ask = (worker: Worker, task: MineTask): Promise<MineAnswer> =>
  new Promise((resolve, reject) => {
    const settle = () => worker.off("message", onMessage).off("error", onError).off("exit", onExit);
    const onMessage = (answer: MineAnswer): void => {
      settle();
      resolve(answer);
    };
    const onError = (cause: unknown): void => {
      settle();
      const isFileError = cause instanceof Error && "code" in cause && typeof cause.code === "string";
      reject(
        isFileError
          ? new IncidentError("CONFIG", `cannot read ${task.stretch.path}`, {
              hint: "Check the path and the permissions of the file.",
              cause,
            })
          : cause,
      );
    };
    const onExit = (code: number): void => onError(new Error(`a mining worker exited with code ${code}`));
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
    worker.postMessage(task);
  });
