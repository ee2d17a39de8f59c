import type { Log } from "../domain/log.ts";
import type { ProgressEvent } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";

type NewProgressEvent = Pick<ProgressEvent, "atMs" | "type" | "data">;
/** `settled` resolves when every event is stored, or could not be stored. */
export type ProgressRecorder = {
  record(events: () => Promise<readonly NewProgressEvent[]>): void;
  settled(): Promise<void>;
};

/**
 * Stores the progress events of an analysis in the order given. Events that wait are stored together. A failure is
 * logged and never delays the analysis.
 */
export function progressRecorder(
  analysisId: string,
  service: Pick<ServiceStore, "addProgress">,
  log: Log,
): ProgressRecorder {
  let waiting: (() => Promise<readonly NewProgressEvent[]>)[] = [];
  let working: Promise<void> | null = null;

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const given = waiting;
      waiting = [];
      try {
        const events: NewProgressEvent[] = [];
        for (const one of given) events.push(...(await one()));
        if (events.length > 0) await service.addProgress(analysisId, events);
      } catch (error) {
        log.warn({ analysisId, err: error }, "progress events could not be stored");
      }
    }
    working = null;
  }

  return {
    record(events) {
      waiting.push(events);
      working ??= Promise.resolve().then(work);
    },
    settled: () => working ?? Promise.resolve(),
  };
}
