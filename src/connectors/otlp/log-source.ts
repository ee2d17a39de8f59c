import { cappedAt, coverageFor } from "../../domain/answer.ts";
import type { OtlpStore, StoredOtlpBlock } from "../../domain/otlp.ts";
import type { AnswerGap, Capabilities, TelemetrySource } from "../../domain/ports.ts";
import { logCandidate, recordFilter } from "../../domain/query-match.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import { contains, nanosToMs } from "../../domain/time.ts";
import { blocksFor, lateStart, textOfBlock } from "./blocks.ts";
import { checkOtlp } from "./check.ts";
import { metadataOf, OTLP_SOURCE } from "./source-metadata.ts";

const NEWLINE = 0x0a;
const LINE_END = Buffer.from("\n");
const CAPABILITIES: Capabilities = {
  holds: "system",
  filters: ["range", "entities", "names", "patterns", "matchers", "limit"],
  metadata: ["extent", "entities", "labels", "streams"],
};

/** Received log records, as one stream. @param now Unix milliseconds. */
export const logSource = (store: OtlpStore, now: () => number): TelemetrySource<"log"> => ({
  name: OTLP_SOURCE,
  signal: "log",
  capabilities: CAPABILITIES,
  async query(query, { signal } = {}) {
    const coverage = coverageFor({ name: OTLP_SOURCE, capabilities: CAPABILITIES }, query);
    coverage.gaps.push(...lateStart(query.range, await store.extent("log")));
    const blocks =
      query.names.length > 0 && !query.names.includes(OTLP_SOURCE) ? [] : await blocksFor(store, "log", query);
    if (blocks.length === 0) return { data: [], coverage };
    const chunks = logChunks(store, blocks, query, coverage.gaps, signal);
    coverage.returned = 1;
    return { data: [{ origin: OTLP_SOURCE, framing: "jsonl", service: null, chunks }], coverage };
  },
  metadata: (request) =>
    metadataOf(store, "log", request, { streams: [OTLP_SOURCE], labels: ["service", "pod", "trace_id"] }),
  check: (options) => checkOtlp(store, "log", now(), options),
});

type StoredLogLine = { timeUnixNano: string; service: string; pod: string; body: string; traceId?: string };

async function* logChunks(
  store: OtlpStore,
  blocks: readonly StoredOtlpBlock[],
  query: TelemetryQuery,
  gaps: AnswerGap[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const isSelected = recordFilter(query);
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  for (const block of blocks) {
    signal?.throwIfAborted();
    const bytes = await textOfBlock(store, block, gaps);
    const isWhole = contains(query.range, block.range.startMs) && contains(query.range, block.range.endMs);
    if (isSelected === null && isWhole && query.limit === null) {
      yield bytes;
      continue;
    }
    const lines = splitLines(bytes).filter((line) => {
      const read = JSON.parse(line.toString("utf8")) as StoredLogLine; // written by `logLineOf`
      const timeMs = nanosToMs(BigInt(read.timeUnixNano));
      const candidate = { ...read, pod: read.pod || null, traceId: read.traceId ?? null };
      return contains(query.range, timeMs) && (isSelected === null || isSelected(logCandidate(candidate, OTLP_SOURCE)));
    });
    if (lines.length > left) gaps.push(cappedAt(query));
    yield Buffer.concat(lines.slice(0, left).flatMap((line) => [line, LINE_END]));
    left -= lines.length;
    if (left < 0) return;
  }
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, start);
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
