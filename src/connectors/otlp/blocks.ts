import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import type { OtlpSignal, OtlpStore, StoredOtlpBlock } from "../../domain/otlp.ts";
import type { AnswerGap } from "../../domain/ports.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import { type TimeWindow, utcTime } from "../../domain/time.ts";

const decompress = promisify(zstdDecompress);
/** A block holds one request, whose size is limited. */
const MAX_BLOCK_BYTES = 256 * 1024 * 1024;
/** A store that begins this much later than a range is no gap. */
const TOLERANCE_MS = 60_000;

/** The blocks that may hold records for a query, by their start. */
export async function blocksFor(
  store: OtlpStore,
  signal: OtlpSignal,
  query: TelemetryQuery,
): Promise<StoredOtlpBlock[]> {
  if (query.recording !== null) return []; // received records are nobody's shared recording
  const blocks = await store.list(signal, query.range);
  const wanted = new Set(query.entities);
  return wanted.size === 0
    ? blocks
    : blocks.filter(({ entities }) => entities === null || entities.some(([id]) => wanted.has(id)));
}

/** The lines of a block. Empty if it was deleted since it was listed; the gap is then reported. */
export async function textOfBlock(
  store: OtlpStore,
  { id }: Pick<StoredOtlpBlock, "id">,
  gaps: AnswerGap[],
): Promise<Buffer> {
  const body = await store.read(id);
  if (body !== null) return decompress(body, { maxOutputLength: MAX_BLOCK_BYTES });
  if (!gaps.includes(DELETED)) gaps.push(DELETED);
  return Buffer.alloc(0);
}
const DELETED: AnswerGap = { kind: "capped", why: "the oldest records were deleted while they were read" };

export async function* linesOfBlocks(
  store: OtlpStore,
  blocks: readonly StoredOtlpBlock[],
  gaps: AnswerGap[],
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  for (const block of blocks) {
    signal?.throwIfAborted();
    const text = (await textOfBlock(store, block, gaps)).toString("utf8");
    for (let start = 0; start < text.length;) {
      const end = text.indexOf("\n", start);
      yield text.slice(start, end);
      start = end + 1;
    }
  }
}

/** The gap if the store begins after the range does: whatever was before is not known. */
export const lateStart = ({ startMs }: TimeWindow, extent: TimeWindow | null): AnswerGap[] =>
  extent === null || extent.startMs <= startMs + TOLERANCE_MS
    ? []
    : [{ kind: "capped", why: `nothing is stored from before ${utcTime(extent.startMs)}` }];
