import { setTimeout as sleep } from "node:timers/promises";
import type { ProgressEvent, WorkStatus } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";

/** How often a listener's analysis is looked at, milliseconds. Whichever process works on it, what it tells comes through the store. */
const LOOK_MS = 250;
const OVER: readonly WorkStatus[] = ["done", "waiting_for_review", "failed"];

type Options = { afterId: number; signal?: AbortSignal | undefined };

/** Whether it is the last: an error that is tried again is not. */
const isLast = ({ type, data }: ProgressEvent): boolean =>
  type === "final" || (type === "error" && data.willRetry !== true);

/** What was told, and what is told until the end. Ends too where an analysis is over without having told (one of the command line). */
export async function* progressOf(
  service: Pick<ServiceStore, "listProgress" | "findSummary">,
  analysisId: string,
  { afterId, signal }: Options,
): AsyncGenerator<ProgressEvent> {
  for (let lastId = afterId; !isGone(signal);) {
    const isOver = OVER.includes((await service.findSummary(analysisId))?.status ?? "failed"); // asked first: what is told at the end is then seen below
    const events = await service.listProgress(analysisId, lastId);
    yield* events;
    const last = events.at(-1);
    if (isOver && (last === undefined || isLast(last))) return; // a dead letter that was revived is not over, and goes on after its error
    lastId = last?.id ?? lastId;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

const isGone = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;
