import { setTimeout as sleep } from "node:timers/promises";
import type { ProgressEvent, WorkStatus } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";

/**
 * How often the store is read for a listener, milliseconds. Any process may work on the analysis, so its events come
 * through the store.
 */
const POLL_MS = 250;
const FINISHED: readonly WorkStatus[] = ["done", "waiting_for_review", "failed"];

type Options = { afterId: number; signal?: AbortSignal | undefined };

/** An error that is retried is not the last event. */
const isLast = ({ type, data }: ProgressEvent): boolean =>
  type === "final" || (type === "error" && data.willRetry !== true);

/**
 * Yields the progress events on record, then new ones until the last. Ends as well when the analysis is finished but
 * published no events, as one of the command line does.
 */
export async function* progressOf(
  service: Pick<ServiceStore, "listProgress" | "findSummary">,
  analysisId: string,
  { afterId, signal }: Options,
): AsyncGenerator<ProgressEvent> {
  for (let lastId = afterId; !isAborted(signal);) {
    // Read the status first: events that come with the end are then part of the list below.
    const isFinished = FINISHED.includes((await service.findSummary(analysisId))?.status ?? "failed");
    const events = await service.listProgress(analysisId, lastId);
    yield* events;
    const last = events.at(-1);
    // A dead letter that was queued again is not finished, and continues after its error.
    if (isFinished && (last === undefined || isLast(last))) return;
    lastId = last?.id ?? lastId;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;
