import { parse } from "csv-parse";
import type { Inputs } from "./inputs.ts";
import type { SourceFile } from "./source-tree.ts";

/** Rows in batches of what one piece of the file holds. */
export type RowBatches = AsyncGenerator<readonly string[][]>;

/** Bytes. A quote that is never closed may swallow so much, no more. */
const MAX_RECORD_BYTES = 8 * 1024 * 1024;
/** Enough for one piece of a file, so that the parser never waits for its reader. */
const MANY_ROWS = 1_000_000;

/**
 * Rows of a CSV or TSV file: quotes, line ends within quotes, CRLF and a byte order mark. Rows may differ in length.
 *
 * @param onBad is called for each record that cannot be parsed; it is skipped.
 */
export async function* csvRows(
  file: SourceFile,
  inputs: Inputs,
  { delimiter = ",", onBad }: { delimiter?: string; onBad: (why: string) => void },
): RowBatches {
  let failure: Error | null = null as Error | null;
  const options = {
    delimiter,
    bom: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAX_RECORD_BYTES,
    readableHighWaterMark: MANY_ROWS,
  };
  const parser = parse(options);
  parser.on("skip", (error: Error) => onBad(error.message));
  parser.on("error", (error: Error) => void (failure = error));
  const taken = (): string[][] => {
    const rows: string[][] = [];
    for (let row = parser.read() as string[] | null; row !== null; row = parser.read() as string[] | null)
      rows.push(row);
    return rows;
  };
  for await (const chunk of inputs.bytes(file)) {
    parser.write(chunk);
    if (failure) break;
    const rows = taken();
    if (rows.length > 0) yield rows;
  }
  if (!failure) {
    const ended = new Promise((resolve) => parser.once("end", resolve).once("error", resolve));
    parser.end();
    const rest: string[][] = taken();
    parser.on("data", (row: string[]) => rest.push(row));
    await ended;
    if (rest.length > 0) yield rest;
  }
  if (failure) throw failure;
}
