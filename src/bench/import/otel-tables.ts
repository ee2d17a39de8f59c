import type { CaseFolder } from "./case-folder.ts";
import { addLog, addSpan, hasDuration, LOG_COLUMNS, missingColumns, type OtelRow, SPAN_COLUMNS } from "./otel-rows.ts";
import { wrongColumns } from "./refusals.ts";
import type { SourceFile } from "./source-tree.ts";
import { openTable, type Reading, type SourceTable } from "./table.ts";

type Delimiter = "," | "\t";

const rowIn =
  ({ columns }: SourceTable) =>
  (cells: readonly string[]): OtelRow =>
    Object.fromEntries(columns.map((name, at) => [name, cells[at] ?? ""]));

/** @throws {IncidentError} BAD_INPUT when the columns are not those of spans. */
export function checkSpanColumns(path: string, columns: readonly string[]): void {
  const missing = [...missingColumns(columns, SPAN_COLUMNS), ...(hasDuration(columns) ? [] : ["duration"])];
  if (missing.length > 0) throw wrongColumns(path, missing, columns);
}

/** @throws {IncidentError} BAD_INPUT when the columns are not those of logs. */
export function checkLogColumns(path: string, columns: readonly string[]): void {
  const missing = missingColumns(columns, LOG_COLUMNS);
  if (missing.length > 0) throw wrongColumns(path, missing, columns);
}

export async function otelSpans(
  file: SourceFile,
  reading: Reading,
  folder: CaseFolder,
  delimiter: Delimiter,
): Promise<void> {
  const table = await openTable(file, reading, delimiter);
  checkSpanColumns(file.path, table.columns);
  folder.has("traces");
  await eachRow(table, folder, (row) => {
    if (!addSpan(row, folder)) reading.notes.dropped("spans", "no start, duration or trace", file.path);
  });
}

export async function otelLogs(
  file: SourceFile,
  reading: Reading,
  folder: CaseFolder,
  delimiter: Delimiter,
): Promise<void> {
  const table = await openTable(file, reading, delimiter);
  checkLogColumns(file.path, table.columns);
  folder.has("logs");
  await eachRow(table, folder, (row) => {
    if (!addLog(row, folder)) reading.notes.dropped("log records", "no time", file.path);
  });
}

/** The rows of a table, by column name. */
export async function* eachColumnRow(table: SourceTable): AsyncGenerator<readonly OtelRow[]> {
  const toRow = rowIn(table);
  for await (const rows of table.batches) yield rows.map(toRow);
}

/** Gives each row by column name, and settles the case after each batch. */
async function eachRow(table: SourceTable, folder: CaseFolder, onRow: (row: OtelRow) => void): Promise<void> {
  for await (const rows of eachColumnRow(table)) {
    for (const row of rows) onRow(row);
    await folder.settle();
  }
}
