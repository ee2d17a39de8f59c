import { setTimeout as sleep } from "node:timers/promises";
import { IncidentError, messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { type QueueClaim, CLAIM_MS, type WorkQueue } from "../domain/work-queue.ts";
import { withLease } from "./lease.ts";
import type { AnalysisRunner } from "./analysis-runner.ts";
import type { ServiceMetrics } from "./metrics.ts";
import { countResult } from "./count-result.ts";
import type { RunResult } from "./worker-messages.ts";

/** Milliseconds: between looks into an empty queue, after one that failed, between renewals of a hold, and between searches for work that no queue knows of. */
const IDLE_MS = 500;
const TROUBLE_MS = 2_000;
const RENEWAL_MS = CLAIM_MS / 4;
const SWEEP_MS = 30_000;
/** A process that stands still for longer than this has lost its analysis to another, milliseconds. */
const LEASE_MS = 30_000;
/** Unfinished analyses of one sweep. */
const SWEPT = 1_000;

export type WorkLoopParts = {
  queue: WorkQueue;
  service: ServiceStore;
  store: AnalysisStore;
  /** As many analyses at a time. */
  runners: readonly AnalysisRunner[];
  metrics: ServiceMetrics;
  log: Log;
  now: () => number;
};
/** `poke`: there is work. `drain`: takes no more, has what runs leave at the end of its nodes, and waits for it. */
export type Workers = { poke(): void; drain(): Promise<void> };

/** Works on what the queue holds until it is drained. */
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

/** What is on record and not in the queue was lost between the two: by a process that died after it had answered, or with the queue. */
async function sweep({ queue, service, log }: WorkLoopParts, drain: AbortSignal): Promise<void> {
  while (!drain.aborted) {
    await service
      .unfinished(SWEPT)
      .then((ids) => queue.put(ids))
      .catch((error: unknown) =>
        log.warn({ err: error }, `unfinished analyses could not be looked for: ${messageOf(error)}`),
      );
    await sleep(SWEEP_MS, undefined, { signal: drain }).catch(() => undefined);
  }
}

/** @returns how long to wait before the next look, milliseconds. */
async function workOnNext(parts: WorkLoopParts, runner: AnalysisRunner, drain: AbortSignal): Promise<number> {
  try {
    const claim = await parts.queue.take();
    if (claim === null) return IDLE_MS;
    await workOn(parts, runner, claim, drain);
    return 0;
  } catch (error) {
    parts.log.warn(
      { err: error },
      `work could not be taken or given back; it comes to another when its hold lapses: ${messageOf(error)}`,
    );
    return TROUBLE_MS;
  }
}

async function workOn(
  parts: WorkLoopParts,
  runner: AnalysisRunner,
  claim: QueueClaim,
  drain: AbortSignal,
): Promise<void> {
  const { queue, service, store, log, now } = parts;
  const { analysisId } = claim;
  if (claim.spent) {
    await giveUp(
      parts,
      analysisId,
      "it was tried too often: each time it failed, or the process that worked on it died",
    );
    return queue.done(claim);
  }
  const lost = new AbortController();
  const renewal = setInterval(() => {
    queue.renew(claim).then(
      (held) => held || lost.abort(),
      () => undefined,
    ); // a renewal that does not get through may next time; else the hold lapses
  }, RENEWAL_MS);
  try {
    const result = await withLease(
      { store, now },
      analysisId,
      { leaseMs: LEASE_MS, signal: lost.signal },
      async (signal) => {
        const begun = await service.begin(analysisId, now());
        if (begun === null) return null;
        log.info({ analysisId, incidentId: begun.incidentId, attempt: begun.attempts }, "analysis begun");
        const ran = await runner.run(analysisId, { signal, drain });
        return ran.kind === "left" && signal.aborted ? "lost" : ran;
      },
    );
    if (result === "lost") return; // another works on it, and tells of it
    if (result === null) return await queue.done(claim); // called off, or ended before
    await settle(parts, claim, result);
  } catch (error) {
    if (!(error instanceof IncidentError && error.code === "UNAVAILABLE")) throw error;
    log.info({ analysisId }, `analysis left: ${error.message}`);
    await queue.again(claim); // somebody else works on it, or the store is away
  } finally {
    clearInterval(renewal);
  }
}

/** The record first, the queue last: a process that dies in between leaves work that turns out to be done. */
async function settle(parts: WorkLoopParts, claim: QueueClaim, result: RunResult): Promise<void> {
  const { queue, service, metrics, log, now } = parts;
  const { analysisId } = claim;
  if (result.kind === "left") {
    await service.putBack(analysisId, null);
    return queue.again(claim);
  }
  if (result.kind === "failed" && result.code === "UNAVAILABLE") {
    log.warn({ analysisId }, `analysis is tried again: ${result.message}`);
    await service.putBack(analysisId, result.message);
    await service.addProgress(analysisId, [
      { atMs: now(), type: "error", data: { message: result.message, hint: result.hint, willRetry: true } },
    ]);
    return queue.again(claim);
  }
  if (result.kind === "failed") {
    log.error({ analysisId, code: result.code }, `analysis failed: ${result.message}`);
    await giveUp(parts, analysisId, `${result.message} (${result.hint})`);
  } else {
    const first = await service.finish(analysisId, {
      status: result.status,
      why: null,
      dead: false,
      nowMs: now(),
      events: result.events,
    });
    if (first) countResult(metrics, result.counts);
    log.info({ analysisId, verdict: result.counts.verdict, ms: result.counts.ms }, "analysis done");
  }
  await queue.done(claim);
}

async function giveUp({ service, metrics, now }: WorkLoopParts, analysisId: string, why: string): Promise<void> {
  const event = {
    type: "error",
    data: { message: why, hint: "An administrator may try it again.", willRetry: false },
  } as const;
  const first = await service.finish(analysisId, { status: "failed", why, dead: true, nowMs: now(), events: [event] });
  if (first) metrics.investigations.inc({ result: "failed" });
}
