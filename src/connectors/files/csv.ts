import { csvCutter } from "../../domain/csv-records.ts";
import type { FetchOptions } from "../../domain/ports.ts";
import { lineBlocks, linesOf } from "./blocks.ts";
import { readBytes } from "./bytes.ts";
import type { RecordedFile } from "./folder.ts";
import { type FileProblems, fileProblems } from "./problems.ts";

/**
 * Columns by name. A missing column of `optional` reads as ""; one of `required` makes the file unreadable. Others are
 * ignored.
 */
export type CsvColumns = { required: readonly string[]; optional: readonly string[] };

/** Called once for each record: the cells of `required`, then those of `optional`. */
export type OnRow = (cells: readonly string[], line: number) => void;

/**
 * Reads CSV with a header and columns in any order. An invalid record is a problem and is skipped.
 *
 * Our own reader, because spans come in millions: it cuts a million of them (167 MB) into cells in 0.6 s, csv-parse
 * 7.0.3 in 4 to 5 s. Also, a misplaced quote makes only its own line invalid.
 */
export async function readCsv(
  file: RecordedFile,
  columns: CsvColumns,
  { signal, onProblem }: FetchOptions,
  onRowOf: (problems: FileProblems) => OnRow,
): Promise<void> {
  const problems = fileProblems(file.origin, onProblem);
  const onRow = onRowOf(problems);
  let header: Header | null = null as Header | null;
  const fits = ({ length }: readonly string[]): boolean => header?.width === length;
  const cutter = csvCutter(problems, fits, (fields, line) => {
    if (header === null) header = readHeader(fields, columns, (what) => problems.add(what, line));
    else if (header.order === null) return;
    else if (fits(fields))
      onRow(
        header.order.map((at) => fields[at] ?? ""),
        line,
      );
    else
      problems.add("the number of fields differs from the header", line, `${fields.length} instead of ${header.width}`);
  });
  try {
    for await (const block of lineBlocks(readBytes(file, problems, signal), problems)) {
      linesOf(block, problems).forEach((text, index) => cutter.push(text, block.firstLine + index));
      if (header?.order === null) return;
    }
    cutter.end();
    if (header === null) problems.addIfSilent("empty, not even a header");
  } finally {
    problems.close();
  }
}

/** `order[i]`: the index of the i-th wanted column, -1 if it is missing. Null if a required one is missing. */
type Header = { width: number; order: readonly number[] | null };

function readHeader(
  names: readonly string[],
  { required, optional }: CsvColumns,
  report: (what: string) => void,
): Header {
  const missing = required.filter((name) => !names.includes(name));
  const absent = optional.filter((name) => !names.includes(name));
  if (missing.length > 0) report(`columns missing: ${missing.join(", ")}; the file cannot be read`);
  else if (absent.length > 0) report(`columns missing: ${absent.join(", ")}; read without them`);
  const order = missing.length > 0 ? null : [...required, ...optional].map((name) => names.indexOf(name));
  return { width: names.length, order };
}
