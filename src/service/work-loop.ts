import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../domain/errors.ts";
import type { WorkQueue } from "../domain/work-queue.ts";
import type { AnalysisRunner } from "./analysis-runner.ts";
import { workOn, type WorkParts } from "./work-on-analysis.ts";

/** Milliseconds between reads of an empty queue. */
const IDLE_MS = 500;
/** Milliseconds after an error of the queue or the store. */
const RETRY_MS = 2_000;
/** Milliseconds between searches for analyses that are on record but not in the queue. */
const SWEEP_MS = 30_000;
/** Unfinished analyses of one sweep. */
const MAX_SWEPT = 1_000;

export type WorkLoopParts = WorkParts & {
  queue: WorkQueue;
  /** One for each analysis that may run at a time. */
  runners: readonly AnalysisRunner[];
};
/**
 * `poke`: tells the workers that the queue has work. `drain`: takes no more work, leaves running analyses after their
 * running nodes, and waits for that.
 */
export type Workers = { poke(): void; drain(): Promise<void> };

/** Works on the queue until it is drained. */
export function startWorkers(parts: WorkLoopParts): Workers {
  const drain = new AbortController();
  let wake = new AbortController();
  const slots = parts.runners.map(async (runner) => {
    runner.warmUp();
    while (!drain.signal.aborted) {
      const waitMs = await workOnNext(parts, runner, drain.signal);
      const woken = AbortSignal.any([wake.signal, drain.signal]);
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: woken }).catch(() => undefined);
    }
  });
  const sweeping = sweep(parts, drain.signal);
  return {
    poke() {
      wake.abort();
      wake = new AbortController();
    },
    async drain() {
      drain.abort();
      await Promise.all([...slots, sweeping]);
      await Promise.all(parts.runners.map((runner) => runner.close()));
    },
  };
}

/**
 * Queues analyses that are on record but not in the queue: a process that died between the two, or a queue that was
 * lost, left them behind.
 */
async function sweep({ queue, service, log }: WorkLoopParts, drain: AbortSignal): Promise<void> {
  while (!drain.aborted) {
    await service
      .unfinished(MAX_SWEPT)
      .then((ids) => queue.put(ids))
      .catch((error: unknown) =>
        log.warn({ err: error }, `could not search for unfinished analyses: ${messageOf(error)}`),
      );
    await sleep(SWEEP_MS, undefined, { signal: drain }).catch(() => undefined);
  }
}

/** @returns how long to wait before reading the queue again, milliseconds. */
async function workOnNext(parts: WorkLoopParts, runner: AnalysisRunner, drain: AbortSignal): Promise<number> {
  try {
    const claim = await parts.queue.take();
    if (claim === null) return IDLE_MS;
    await workOn(parts, runner, claim, drain);
    return 0;
  } catch (error) {
    parts.log.warn(
      { err: error },
      "could not take work from the queue or return it; another worker takes it when the claim expires: " +
        messageOf(error),
    );
    return RETRY_MS;
  }
}
