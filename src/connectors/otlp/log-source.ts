import { cappedAt, coverageFor } from "../../domain/answer.ts";
import type { Capabilities, QueryCoverage, TelemetrySource } from "../../domain/ports.ts";
import { logCandidate, recordFilter } from "../../domain/query-match.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import { contains, nanosToMs } from "../../domain/time.ts";
import { type OtlpRecords, type RecordLines, splitLines } from "./records.ts";

const LINE_END = Buffer.from("\n");

/** OpenTelemetry log records, as one stream. */
export function logSource(records: OtlpRecords): TelemetrySource<"log"> {
  const { name, holds } = records;
  const capabilities: Capabilities = {
    holds,
    filters: ["range", "entities", "names", "patterns", "matchers", "limit"],
    metadata: ["extent", "entities", "labels", "streams"],
  };
  return {
    name,
    signal: "log",
    capabilities,
    async query(query, { signal } = {}) {
      const coverage = coverageFor({ name, capabilities }, query);
      if (query.names.length > 0 && !query.names.includes(name)) return { data: [], coverage };
      const chunks = wantedLines(records.read("log", query, coverage, signal), name, query, coverage);
      coverage.returned = 1;
      return { data: [{ origin: name, framing: "jsonl", service: null, chunks }], coverage };
    },
    async metadata(request, { signal } = {}) {
      const found = await records.metadata("log", request, null, signal);
      return { ...found, labels: ["service", "pod", "trace_id"], streams: [name] };
    },
    check: ({ signal } = {}) => records.check("log", signal),
  };
}

/** Written by `logLineOf`. */
type StoredLogLine = { timeUnixNano: string; service: string; pod: string; body: string; traceId?: string };

async function* wantedLines(
  records: AsyncIterable<RecordLines>,
  name: string,
  query: TelemetryQuery,
  { gaps }: QueryCoverage,
): AsyncGenerator<Uint8Array> {
  const isSelected = recordFilter(query);
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  for await (const { bytes, isInside } of records) {
    if (isSelected === null && isInside && query.limit === null) {
      yield bytes;
      continue;
    }
    const lines = splitLines(bytes).filter((line) => {
      const read = JSON.parse(line.toString("utf8")) as StoredLogLine;
      const timeMs = nanosToMs(BigInt(read.timeUnixNano));
      const candidate = { ...read, pod: read.pod || null, traceId: read.traceId ?? null };
      return contains(query.range, timeMs) && (isSelected === null || isSelected(logCandidate(candidate, name)));
    });
    if (lines.length > left) gaps.push(cappedAt(query));
    if (lines.length > 0) yield Buffer.concat(lines.slice(0, left).flatMap((line) => [line, LINE_END]));
    left -= lines.length;
    if (left < 0) return;
  }
}
