import { csvRows } from "./csv-rows.ts";
import type { Inputs } from "./inputs.ts";
import type { ImportNotes } from "./notes.ts";
import { wrongColumns } from "./refusals.ts";
import type { SourceFile } from "./source-tree.ts";

/** Gives the cell of a column, "" where the row is too short or the file has no such column. */
export type CellReader = (row: readonly string[]) => string;
/** A table whose header was read. */
export type SourceTable = {
  path: string;
  columns: readonly string[];
  batches: AsyncGenerator<readonly string[][]>;
};
/** What reads and what takes notes, for one part of an import. */
export type Reading = { inputs: Inputs; notes: ImportNotes };

/** @throws {IncidentError} BAD_INPUT when the file is empty. */
export async function openTable(
  file: SourceFile,
  { inputs, notes }: Reading,
  delimiter: "," | "\t" = ",",
): Promise<SourceTable> {
  const onBad = (why: string): void => notes.dropped("rows", `not valid CSV: ${plainReason(why)}`, file.path);
  const rows = csvRows(file, inputs, { delimiter, onBad });
  const first = await rows.next();
  if (first.done) throw wrongColumns(file.path, ["at all"], []);
  const [header = [], ...rest] = first.value;
  const columns = header.map((name) => name.trim());
  async function* batches(): AsyncGenerator<readonly string[][]> {
    yield rest;
    for await (const batch of rows) yield batch;
  }
  return { path: file.path, columns, batches: batches() };
}

/** Parser messages hold line numbers; without them equal reasons add up. */
const plainReason = (why: string): string => why.replace(/\d+/g, "N").slice(0, 120);

const at =
  (index: number): CellReader =>
  (row) =>
    row[index] ?? "";

/** Columns that must be there, each under one of several names (`a|b`). @throws {IncidentError} BAD_INPUT */
export function cellsOf<const Names extends readonly string[]>(
  table: SourceTable,
  names: Names,
): { [At in keyof Names]: CellReader } {
  const missing = names.filter((name) => indexOf(table.columns, name) === -1);
  if (missing.length > 0)
    throw wrongColumns(
      table.path,
      missing.map((name) => name.replaceAll("|", " or ")),
      table.columns,
    );
  return names.map((name) => at(indexOf(table.columns, name))) as { [At in keyof Names]: CellReader };
}

/** A column that may be missing, under one of several names (`a|b`). */
export const optionalCell = (table: SourceTable, name: string): CellReader => at(indexOf(table.columns, name));

export const hasColumn = (table: Pick<SourceTable, "columns">, name: string): boolean =>
  indexOf(table.columns, name) !== -1;

const indexOf = (columns: readonly string[], name: string): number =>
  name
    .split("|")
    .map((one) => columns.indexOf(one))
    .find((index) => index !== -1) ?? -1;
