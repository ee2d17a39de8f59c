import { IncidentError, messageOf } from "../../domain/errors.ts";
import type { Inputs } from "./inputs.ts";
import type { OtelRow } from "./otel-rows.ts";
import type { SourceFile } from "./source-tree.ts";

/** A Parquet file whose schema was read. Times are nanoseconds, as `bigint`. */
export type ParquetTable = { path: string; columns: readonly string[]; batches: AsyncGenerator<readonly OtelRow[]> };

/** Rows in memory at a time. A row group may hold many times more; with an index of its pages, only theirs are read. */
const BATCH_ROWS = 16_384;
const PARSERS = {
  timestampFromMilliseconds: (millis: bigint): bigint => millis * 1_000_000n,
  timestampFromMicroseconds: (micros: bigint): bigint => micros * 1000n,
  timestampFromNanoseconds: (nanos: bigint): bigint => nanos,
};

/**
 * @param wanted the columns to read, if the file has them. @throws {IncidentError} BAD_INPUT when it is not Parquet.
 */
export async function openParquet(
  file: SourceFile,
  inputs: Inputs,
  wanted: (column: string) => boolean,
): Promise<ParquetTable> {
  const unreadable = (cause: unknown): never => {
    throw new IncidentError("BAD_INPUT", `${file.path} is not a Parquet file: ${messageOf(cause)}`, {
      hint: "Download the file again: large files of a repository may be pointers (git lfs pull).",
      cause,
    });
  };
  await inputs.hash(file);
  // loaded here, because other commands need no Parquet
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const buffer = await asyncBufferFromFile(file.real);
  const metadata = await parquetMetadataAsync(buffer).catch(unreadable);
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  const read = columns.filter(wanted);
  async function* batches(): AsyncGenerator<readonly OtelRow[]> {
    let groupStart = 0;
    for (const { num_rows } of metadata.row_groups) {
      const groupEnd = groupStart + Number(num_rows);
      for (let rowStart = groupStart; rowStart < groupEnd; rowStart += BATCH_ROWS) {
        const rowEnd = Math.min(rowStart + BATCH_ROWS, groupEnd);
        const options = {
          file: buffer,
          metadata,
          columns: read,
          rowStart,
          rowEnd,
          useOffsetIndex: true,
          compressors,
          parsers: PARSERS,
        };
        yield (await parquetReadObjects(options).catch(unreadable)) as OtelRow[];
      }
      groupStart = groupEnd;
    }
  }
  return { path: file.path, columns, batches: batches() };
}
