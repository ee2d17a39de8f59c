import { stat } from "node:fs/promises";
import type { MetadataRequest, SourceMetadata } from "../../domain/ports.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { RecordedFile } from "./folder.ts";

/** Maximum number of names, entities and streams in one answer. */
const MAX_LISTED = 10_000;
/** Maximum number of recordings whose metadata is cached. Each takes a few kilobytes. */
const MAX_KEPT = 1_000;

/** Collects metadata while records are read. */
export type MetadataCollector = {
  /** From the first to the last moment of the record, in whole milliseconds that hold it. */
  time(startMs: number, endMs?: number): void;
  entity(id: string, kind: string): void;
  name(name: string): void;
  done(labels: readonly string[], streams?: readonly string[]): SourceMetadata;
};

export function metadataCollector(): MetadataCollector {
  const entities = new Map<string, string>();
  const names = new Set<string>();
  let extent: TimeWindow | null = null;
  let isCapped = false;
  const fits = (size: number): boolean => {
    isCapped ||= size >= MAX_LISTED;
    return size < MAX_LISTED;
  };
  return {
    time(startMs, endMs = startMs) {
      if (extent === null) extent = { startMs, endMs };
      else {
        if (startMs < extent.startMs) extent.startMs = startMs;
        if (endMs > extent.endMs) extent.endMs = endMs;
      }
    },
    entity(id, kind) {
      if (!entities.has(id) && fits(entities.size)) entities.set(id, kind);
    },
    name(name) {
      if (!names.has(name) && fits(names.size)) names.add(name);
    },
    done: (labels, streams = []) => ({
      extent,
      entities: [...entities].map(([id, kind]) => ({ id, kind })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      names: [...names].toSorted(),
      labels: [...labels],
      streams: [...streams],
      isCapped,
    }),
  };
}

/**
 * Keeps what whole files hold, so that each is read once for it. A file that changes is read again. `asOfMs`: nothing
 * later counts.
 */
export type MetadataCache = (
  file: RecordedFile,
  asOfMs: number | null,
  request: Pick<MetadataRequest, "range" | "fields">,
  read: () => Promise<SourceMetadata>,
) => Promise<SourceMetadata>;

export function metadataCache(): MetadataCache {
  const kept = new Map<string, SourceMetadata>();
  return async (file, asOfMs, { range, fields }, read) => {
    if (range !== null) return read();
    const { size, mtimeMs } = await stat(file.path);
    const key = [file.path, size, mtimeMs, asOfMs, ...fields].join("\n");
    const known = kept.get(key);
    if (known !== undefined) return known;
    const metadata = await read();
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(key, metadata);
    return metadata;
  };
}
