import { NO_METADATA } from "../../domain/answer.ts";
import type { OtlpSignal, OtlpStore } from "../../domain/otlp.ts";
import type { MetadataRequest, SourceMetadata } from "../../domain/ports.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { linesOfBlocks } from "./blocks.ts";

/** How reports name the received records. */
export const OTLP_SOURCE = "otlp";
const MAX_LISTED = 10_000;
/** Blocks that are opened to list names: the newest ones. */
const MAX_OPENED = 50;

type Described = { labels: string[]; streams?: string[]; nameOf?: (line: string) => string };

/** Entities come from the list of blocks; names only from inside the newest of them. */
export async function metadataOf(
  store: OtlpStore,
  signal: OtlpSignal,
  { range, recording, fields }: MetadataRequest,
  { labels, streams = [], nameOf }: Described,
): Promise<SourceMetadata> {
  if (recording !== null) return NO_METADATA;
  const blocks = fields.some((field) => field === "entities" || field === "names")
    ? await store.list(signal, range)
    : [];
  const entities = new Map(blocks.flatMap((block) => block.entities ?? []));
  const names = new Set<string>();
  const opened = blocks.toSorted((a, b) => b.range.endMs - a.range.endMs).slice(0, MAX_OPENED);
  if (nameOf !== undefined && fields.includes("names"))
    for await (const line of linesOfBlocks(store, opened, [], undefined)) names.add(nameOf(line));
  const extent = await store.extent(signal);
  return {
    extent: range === null || extent === null ? extent : within(extent, range),
    entities: [...entities]
      .map(([id, kind]) => ({ id, kind }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, MAX_LISTED),
    names: [...names].toSorted().slice(0, MAX_LISTED),
    labels,
    streams,
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
