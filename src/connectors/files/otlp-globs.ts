import { glob, stat } from "node:fs/promises";
import type { Telemetry } from "../../domain/ports.ts";
import { codingOf, type RecordedFile } from "./folder.ts";
import { fileRecords, signalsIn } from "./otlp-records.ts";
import type { TopologyOf } from "../otlp/topology-source.ts";
import type { PageTemplates } from "../link.ts";
import { withOtlpQueries } from "../otlp/native.ts";
import { sourcesOfRecords } from "../otlp/sources.ts";

/** Files of a running system. `paths`: globs such as `/var/log/otel/*.jsonl*`. */
export type OtlpFilesConfig = { kind: "otlp-files"; name: string; paths: readonly string[]; pages: PageTemplates };

/** More files than this are not read: the pattern is probably wrong. */
const MAX_FILES = 1_000;
/** A live file may be large, and its first lines show what it holds. */
const HEAD_BYTES = 8 * 1024 * 1024;

/**
 * What a collector writes into files of this machine, the rotated ones included. A file that was last written before
 * the range of a query is not opened.
 *
 * @param now Unix milliseconds.
 */
export async function otlpFileSources(
  { name, paths, pages }: OtlpFilesConfig,
  now: () => number,
  topologyOf: TopologyOf | null = null,
): Promise<Telemetry> {
  const files = async (recording: string | null, changedSinceMs: number): Promise<RecordedFile[]> =>
    recording === null ? filesAt(paths, changedSinceMs) : [];
  const records = fileRecords({ name, holds: "system", files, asOfMs: null, now });
  const signals = await signalsIn(await files(null, 0), HEAD_BYTES);
  return sourcesOfRecords(records, signals, topologyOf).map(withOtlpQueries(pages));
}

/** By the time of their last change, the oldest first. */
async function filesAt(paths: readonly string[], changedSinceMs: number): Promise<RecordedFile[]> {
  const found = new Map<string, number>();
  for await (const path of glob(paths)) {
    const status = await stat(path).catch(() => null); // it was rotated away since it was listed
    if (status?.isFile() === true && status.mtimeMs >= changedSinceMs) found.set(path, status.mtimeMs);
    if (found.size >= MAX_FILES) break;
  }
  return [...found]
    .toSorted(([a, aMs], [b, bMs]) => aMs - bMs || (a < b ? -1 : 1))
    .map(([path]) => ({ path, origin: path, coding: codingOf(path) }));
}
