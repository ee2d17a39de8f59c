import type { OtlpSignal } from "../../domain/otlp.ts";
import type { Capabilities, MetadataRequest, QueryCoverage, SourceHealth, SourceMetadata } from "../../domain/ports.ts";
import type { TelemetryQuery } from "../../domain/query.ts";

/** Records of one signal as lines of JSON, whole lines only. `isInside`: all of them are inside the query's range. */
export type RecordLines = { bytes: Buffer; isInside: boolean };
/** The parts of metadata that are read from the records. */
export type RecordsMetadata = Pick<SourceMetadata, "extent" | "entities" | "names" | "isCapped">;

/** A place that holds OpenTelemetry records: the store of what was received, or files that a collector wrote. */
export type OtlpRecords = {
  readonly name: string;
  readonly holds: Capabilities["holds"];
  /**
   * Reads at least the records that a query selects by range and entities, roughly by time. Gaps and problems are added
   * to its coverage.
   */
  read(
    signal: OtlpSignal,
    query: TelemetryQuery,
    coverage: Pick<QueryCoverage, "gaps" | "problems">,
    abort: AbortSignal | undefined,
  ): AsyncIterable<RecordLines>;
  /** @param nameOf reads the name of a record from its line; null if its signal has none. */
  metadata(
    signal: OtlpSignal,
    request: MetadataRequest,
    nameOf: ((line: string) => string) | null,
    abort: AbortSignal | undefined,
  ): Promise<RecordsMetadata>;
  check(signal: OtlpSignal, abort: AbortSignal | undefined): Promise<SourceHealth>;
};

const NEWLINE = 0x0a;

/** The lines of a buffer in which each line ends with a newline. */
export function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, start);
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

export async function* linesOf(records: AsyncIterable<RecordLines>): AsyncGenerator<string> {
  for await (const { bytes } of records) for (const line of splitLines(bytes)) yield line.toString("utf8");
}
