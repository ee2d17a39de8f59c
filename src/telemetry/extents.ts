import type { SourceMetadata, TelemetrySource } from "../domain/ports.ts";
import type { TelemetrySignal } from "../domain/query.ts";
import type { TimeWindow } from "../domain/time.ts";
import { type SharedRead, sharedRead } from "./shared-read.ts";

type ExtentReader = (
  source: TelemetrySource<TelemetrySignal>,
  recording: string | null,
  signal: AbortSignal | undefined,
) => Promise<TimeWindow | null>;

/** Reads the range in which a source has records, once per source. Null if the source does not know it. */
export function extentReader(): ExtentReader {
  const known = new Map<string, SharedRead<SourceMetadata>>();
  return async (source, recording, signal) => {
    if (!source.capabilities.metadata.includes("extent")) return null;
    const key = JSON.stringify([source.signal, source.name, recording]);
    const read =
      known.get(key) ??
      sharedRead(
        (stop) => source.metadata({ range: null, recording, fields: ["extent"] }, { signal: stop }),
        () => known.delete(key),
      );
    known.set(key, read);
    return (await read.wait(signal)).extent;
  };
}
