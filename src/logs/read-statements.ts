import type { LogStream } from "../domain/telemetry.ts";
import { nanosToMs } from "../domain/time.ts";
import { textOf } from "./lines/event-reasons.ts";
import { readRecords } from "./lines/read-records.ts";

/**
 * Reads the events of a log with what is mined of each, so that a statement can be found again in the log. `timeMs`:
 * Unix milliseconds; null if the log has no times. `line`: the first line of the event, from 1.
 */
export async function readStatements(
  stream: LogStream,
  onEvent: (event: {
    timeMs: number | null;
    service: string;
    pod: string;
    body: string;
    traceId: string;
    statement: string;
    line: number;
  }) => void,
  options: { signal?: AbortSignal | undefined; referenceMs: number },
): Promise<void> {
  const eventOf = (isTimed: boolean) => (record: Parameters<Parameters<typeof readRecords>[1]>[0], line: number) => {
    const { event, timeUnixNano, service, pod, body, traceId } = record;
    const statement = textOf(event.text, event.textStart, event.textEnd);
    const timeMs = isTimed ? nanosToMs(timeUnixNano) : null;
    onEvent({ timeMs, service, pod: pod ?? "", body, traceId: traceId ?? "", statement, line });
  };
  await readRecords(stream, eventOf(true), { ...options, onUndated: eventOf(false) });
}
