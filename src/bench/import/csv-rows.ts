import { csvCutter } from "../../domain/csv-records.ts";
import type { Inputs } from "./inputs.ts";
import type { SourceFile } from "./source-tree.ts";

/** Rows in batches of what one piece of the file holds. */
export type RowBatches = AsyncGenerator<readonly string[][]>;
export type RowOptions = {
  delimiter?: string;
  /** Called for each record that cannot be read; it is skipped. */
  onBad: (why: string) => void;
};

/** Lines of one record: logs hold stack traces. */
const MAX_RECORD_LINES = 400;
/** Characters. A longer line is skipped, so that it cannot fill the memory. */
const MAX_LINE_CHARS = 8 * 1024 * 1024;

/**
 * Rows of a CSV or TSV file: quotes, line ends within quotes, CRLF and a byte order mark. Rows may differ in length,
 * but a row over several lines has as many cells as the first: otherwise its quote was a typo, and only its own line
 * is lost.
 */
export async function* csvRows(file: SourceFile, inputs: Inputs, { delimiter = ",", onBad }: RowOptions): RowBatches {
  let rows: string[][] = [];
  let width: number | null = null as number | null;
  const cutter = csvCutter(
    { add: onBad },
    ({ length }) => width === null || length === width,
    (fields) => {
      width ??= fields.length;
      rows.push(fields);
    },
    { delimiter, maxLines: MAX_RECORD_LINES },
  );
  for await (const lines of linesOf(file, inputs, onBad)) {
    for (const text of lines) cutter.push(text, 0);
    if (rows.length === 0) continue;
    const ready = rows;
    rows = [];
    yield ready;
  }
  cutter.end();
  if (rows.length > 0) yield rows;
}

/** The lines of a text file, without their ends, in batches. */
export async function* linesOf(
  file: SourceFile,
  inputs: Inputs,
  onBad: (why: string) => void,
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  let isSkipping = false;
  for await (const chunk of inputs.bytes(file)) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const lines = text.split(text.includes("\r") ? /\r?\n/ : "\n");
    rest = lines.pop() ?? "";
    if (isSkipping && lines.length > 0) {
      isSkipping = false;
      lines.shift();
    }
    if (isSkipping) rest = "";
    else if (rest.length > MAX_LINE_CHARS) {
      onBad("a line is longer than 8 MiB");
      isSkipping = true;
      rest = "";
    }
    if (lines.length > 0) yield lines;
  }
  if (rest !== "" && !isSkipping) yield [rest];
}
