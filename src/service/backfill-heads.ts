import { setTimeout } from "node:timers/promises";
import { IncidentError, messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { ServiceStore } from "../domain/service-store.ts";

/** Heads written together: one commit for all, and other requests wait for no more than this. */
const BATCH = 10;
/** Between two batches, milliseconds: a request takes several turns, and must not wait for a batch at each of them. */
const PAUSE_MS = 100;

/**
 * Writes, in the background, the list heads of incidents that an older version of Causeway analysed. Other requests go
 * on between two batches. A stop in the middle loses nothing: the next start continues.
 */
export function startHeadBackfill(
  store: Pick<ServiceStore, "reportsWithStaleHeads" | "writeHeadAgain">,
  log: Pick<Log, "info" | "warn">,
): { stop(): Promise<void>; done: Promise<void> } {
  const ending = new AbortController();
  const done = backfill(store, log, ending.signal).catch((error: unknown) => {
    log.warn({ err: error }, "the list of incidents lacks conclusions of old reports; the next start tries again");
  });
  return {
    done,
    async stop() {
      ending.abort();
      await done;
    },
  };
}

async function backfill(
  store: Pick<ServiceStore, "reportsWithStaleHeads" | "writeHeadAgain">,
  log: Pick<Log, "info" | "warn">,
  signal: AbortSignal,
): Promise<void> {
  let written = 0;
  for (let after = ""; !signal.aborted;) {
    const batch = await store.reportsWithStaleHeads({ after, limit: BATCH });
    if (batch.length === 0) break;
    const results = await Promise.all(batch.map((analysisId) => writeOne(store, log, analysisId)));
    written += results.filter(Boolean).length;
    after = batch.at(-1) ?? after;
    await setTimeout(PAUSE_MS, undefined, { signal }).catch(() => undefined); // the signal ends the loop
  }
  if (written > 0) log.info({ incidents: written }, "wrote the conclusions of old reports for the list of incidents");
}

/** False when the report cannot be read; the others go on. */
async function writeOne(
  store: Pick<ServiceStore, "writeHeadAgain">,
  log: Pick<Log, "warn">,
  analysisId: string,
): Promise<boolean> {
  try {
    await store.writeHeadAgain(analysisId);
    return true;
  } catch (error) {
    if (!(error instanceof IncidentError) || error.code !== "BAD_RESPONSE") throw error;
    log.warn({ analysisId, why: messageOf(error) }, "an old report cannot be read; the list shows no conclusion of it");
    return false;
  }
}
