import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import { NO_METADATA } from "../../domain/answer.ts";
import type { OtlpSignal, OtlpStore, StoredOtlpBlock } from "../../domain/otlp.ts";
import type { AnswerGap, MetadataRequest } from "../../domain/ports.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import { contains, type TimeWindow, utcTime } from "../../domain/time.ts";
import { checkStored } from "./check.ts";
import { linesOf, type OtlpRecords, type RecordLines, type RecordsMetadata } from "./records.ts";

const decompress = promisify(zstdDecompress);
/** A block holds one request, whose size is limited. */
const MAX_BLOCK_BYTES = 256 * 1024 * 1024;
/** A store that begins this much later than a range is no gap. */
const TOLERANCE_MS = 60_000;
const MAX_LISTED = 10_000;
/** Blocks that are opened to list names: the newest ones. */
const MAX_OPENED = 50;
const DELETED: AnswerGap = { kind: "capped", why: "the oldest records were deleted while they were read" };
const DAMAGED: AnswerGap = { kind: "refused", why: "some stored records are damaged and were not read" };

/** The records that were received and stored. @param now Unix milliseconds. */
export const storedRecords = (store: OtlpStore, now: () => number): OtlpRecords => ({
  name: "otlp",
  holds: "system",
  async *read(signal, query, { gaps }, abort) {
    gaps.push(...lateStart(query.range, await store.extent(signal)));
    yield* readBlocks(store, await blocksFor(store, signal, query), query.range, gaps, abort);
  },
  metadata: (signal, request, nameOf, abort) => metadataOf(store, signal, request, nameOf, abort),
  check: (signal) => checkStored(store, signal, now()),
});

/** The blocks that may hold records for a query, by their start. */
async function blocksFor(store: OtlpStore, signal: OtlpSignal, query: TelemetryQuery): Promise<StoredOtlpBlock[]> {
  if (query.recording !== null) return []; // received records are nobody's shared recording
  const blocks = await store.list(signal, query.range);
  const wanted = new Set(query.entities);
  return wanted.size === 0
    ? blocks
    : blocks.filter(({ entities }) => entities === null || entities.some(([id]) => wanted.has(id)));
}

/** Blocks that were deleted since they were listed are a gap. */
async function* readBlocks(
  store: OtlpStore,
  blocks: readonly StoredOtlpBlock[],
  range: TimeWindow | null,
  gaps: AnswerGap[],
  abort: AbortSignal | undefined,
): AsyncGenerator<RecordLines> {
  for (const block of blocks) {
    abort?.throwIfAborted();
    const body = await store.read(block.id);
    if (body === null && !gaps.includes(DELETED)) gaps.push(DELETED);
    if (body === null) continue;
    const bytes = await decompress(body, { maxOutputLength: MAX_BLOCK_BYTES }).catch(() => null);
    if (bytes === null && !gaps.includes(DAMAGED)) gaps.push(DAMAGED);
    if (bytes === null) continue;
    const isInside = range === null || (contains(range, block.range.startMs) && contains(range, block.range.endMs));
    yield { bytes, isInside };
  }
}

/** The gap if the store begins after the range does: whatever was before is not known. */
const lateStart = ({ startMs }: TimeWindow, extent: TimeWindow | null): AnswerGap[] =>
  extent === null || extent.startMs <= startMs + TOLERANCE_MS
    ? []
    : [{ kind: "capped", why: `nothing is stored from before ${utcTime(extent.startMs)}` }];

/** Entities come from the list of blocks; names only from inside the newest of them. */
async function metadataOf(
  store: OtlpStore,
  signal: OtlpSignal,
  { range, recording, fields }: MetadataRequest,
  nameOf: ((line: string) => string) | null,
  abort: AbortSignal | undefined,
): Promise<RecordsMetadata> {
  if (recording !== null) return NO_METADATA;
  const isListed = fields.some((field) => field === "entities" || field === "names");
  const blocks = isListed ? await store.list(signal, range) : [];
  const entities = new Map(blocks.flatMap((block) => block.entities ?? []));
  const names = new Set<string>();
  const opened = blocks.toSorted((a, b) => b.range.endMs - a.range.endMs).slice(0, MAX_OPENED);
  if (nameOf !== null && fields.includes("names"))
    for await (const line of linesOf(readBlocks(store, opened, null, [], abort))) names.add(nameOf(line));
  const extent = await store.extent(signal);
  return {
    extent: range === null || extent === null ? extent : within(extent, range),
    entities: [...entities]
      .map(([id, kind]) => ({ id, kind }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, MAX_LISTED),
    names: [...names].toSorted().slice(0, MAX_LISTED),
    isCapped:
      entities.size > MAX_LISTED ||
      names.size > MAX_LISTED ||
      opened.length < blocks.length ||
      blocks.some((block) => block.entities === null),
  };
}

/** The common part. Null if there is none. */
function within(extent: TimeWindow, range: TimeWindow): TimeWindow | null {
  const [startMs, endMs] = [Math.max(extent.startMs, range.startMs), Math.min(extent.endMs, range.endMs)];
  return startMs <= endMs ? { startMs, endMs } : null;
}
