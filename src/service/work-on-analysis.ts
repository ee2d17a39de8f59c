import type { NoticeParts } from "../app/notices/send-notice.ts";
import type { RunResult } from "../app/run-result.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { CLAIM_MS, type QueueClaim, type WorkQueue } from "../domain/work-queue.ts";
import type { AnalysisRunner } from "./analysis-runner.ts";
import { countAnalysis } from "./count-analysis.ts";
import { withLease } from "./lease.ts";
import { automaticNotices } from "./send-notices.ts";
import type { ServiceMetrics } from "./metrics.ts";

/** Milliseconds between renewals of a claim. */
const RENEWAL_MS = CLAIM_MS / 4;
/** A process that stands still for longer than this has lost its analysis to another, milliseconds. */
const LEASE_MS = 30_000;

export type WorkParts = {
  queue: WorkQueue;
  service: ServiceStore;
  store: Pick<AnalysisStore, "takeLease" | "dropLease">;
  metrics: ServiceMetrics;
  /** Where the report of each analysis is sent to. */
  places: NoticeParts["places"];
  /** Called once messages may be due. */
  onNotices: () => void;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
};

/** Runs the analysis of a claim, or gives it up after too many attempts. */
export async function workOn(
  parts: WorkParts,
  runner: AnalysisRunner,
  claim: QueueClaim,
  drain: AbortSignal,
): Promise<void> {
  const { queue, log } = parts;
  const { analysisId } = claim;
  if (claim.spent) {
    await giveUp(parts, analysisId, "too many attempts: each one failed, or its process died");
    return queue.done(claim);
  }
  const lost = new AbortController();
  const renewal = setInterval(() => {
    queue.renew(claim).then(
      (isHeld) => isHeld || lost.abort(),
      () => undefined, // the next renewal may succeed; otherwise the claim expires
    );
  }, RENEWAL_MS);
  try {
    const result = await run(parts, runner, analysisId, { lost: lost.signal, drain });
    if (result === "lost") return; // another worker continues the analysis and publishes its progress
    if (result === null) return await queue.done(claim); // it was cancelled, or had ended before
    await settle(parts, claim, result);
  } catch (error) {
    if (!(error instanceof IncidentError && error.code === "UNAVAILABLE")) throw error;
    log.info({ analysisId }, `analysis left: ${error.message}`);
    await queue.again(claim); // another process works on it, or the store is down
  } finally {
    clearInterval(renewal);
  }
}

/** @returns null when there is nothing to run any more; `lost` when another worker took the analysis over. */
const run = (
  { service, store, log, now }: WorkParts,
  runner: AnalysisRunner,
  analysisId: string,
  { lost, drain }: { lost: AbortSignal; drain: AbortSignal },
): Promise<RunResult | "lost" | null> =>
  withLease({ store, now }, analysisId, { leaseMs: LEASE_MS, signal: lost }, async (signal) => {
    const begun = await service.begin(analysisId, now());
    if (begun === null) return null;
    log.info({ analysisId, incidentId: begun.incidentId, attempt: begun.attempts }, "analysis started");
    const result = await runner.run(analysisId, { signal, drain });
    return result.kind === "left" && signal.aborted ? "lost" : result;
  });

/**
 * Records how a run ended, then updates the queue. If the process dies in between, the next worker finds the work done.
 */
async function settle(parts: WorkParts, claim: QueueClaim, result: RunResult): Promise<void> {
  const { queue, service, metrics, log, now } = parts;
  const { analysisId } = claim;
  if (result.kind === "left") {
    await service.putBack(analysisId, null);
    return queue.again(claim);
  }
  if (result.kind === "failed" && result.code === "UNAVAILABLE") {
    log.warn({ analysisId }, `analysis failed and is tried again: ${result.message}`);
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
    const { status, events, counts } = result;
    const notices = automaticNotices(parts.places, analysisId);
    const end = { status, why: null, dead: false, nowMs: now(), events, notices };
    const isFirst = await service.finish(analysisId, end);
    if (isFirst) countAnalysis(metrics, counts);
    if (notices.length > 0) parts.onNotices();
    log.info({ analysisId, verdict: counts.verdict, ms: counts.ms }, "analysis done");
  }
  await queue.done(claim);
}

async function giveUp({ service, metrics, now }: WorkParts, analysisId: string, why: string): Promise<void> {
  const hint = `An administrator can try it again: POST /v1/dead-letters/${analysisId}/retry.`;
  const event = { type: "error", data: { message: why, hint, willRetry: false } } as const;
  const isFirst = await service.finish(analysisId, {
    status: "failed",
    why,
    dead: true,
    nowMs: now(),
    events: [event],
  });
  if (isFirst) metrics.investigations.inc({ result: "failed" });
}
