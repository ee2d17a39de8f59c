import type { LogReadability } from "../domain/log-readability.ts";
import type { LogStream } from "../domain/telemetry.ts";
import { readRecords } from "../logs/lines/read-records.ts";

/**
 * Reads a log as an analysis does, and counts how much of it is readable. `referenceMs`: completes dates without a
 * year.
 */
export async function checkLog(
  log: Pick<LogStream, "framing" | "chunks">,
  referenceMs: number,
): Promise<LogReadability> {
  let result: LogReadability = { lines: 0, readable: 0, framing: log.framing, sample: null };
  await readRecords({ ...log, origin: "upload", service: null }, () => undefined, {
    referenceMs,
    onRead: (readability) => (result = readability),
  });
  return result;
}
