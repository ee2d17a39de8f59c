import { IncidentError } from "../../domain/errors.ts";
import { linesOf } from "./csv-rows.ts";
import type { ImportNotes } from "./notes.ts";
import { eachColumnRow } from "./otel-tables.ts";
import type { OtelRow } from "./otel-rows.ts";
import { openParquet } from "./parquet-rows.ts";
import type { SourceFile } from "./source-tree.ts";
import { openTable, type Reading } from "./table.ts";

/** A file of records in any usual form: CSV, TSV, JSON lines, a JSON array, Parquet. */
export type RowFile = { path: string; columns: readonly string[]; batches: AsyncGenerator<readonly OtelRow[]> };

export const ROW_FILE = /\.(csv|tsv|jsonl|ndjson|json|parquet)$/;

/** @throws {IncidentError} BAD_INPUT when the file cannot be read in the form that its name gives. */
export async function openRows(file: SourceFile, reading: Reading): Promise<RowFile> {
  const ending = ROW_FILE.exec(file.path)?.[1];
  if (ending === "parquet") return openParquet(file, reading.inputs, () => true);
  if (ending === "csv" || ending === "tsv") {
    const table = await openTable(file, reading, ending === "tsv" ? "\t" : ",");
    return { path: file.path, columns: table.columns, batches: eachColumnRow(table) };
  }
  return ofJson(file.path, ending === "json" ? jsonArray(file, reading) : jsonLines(file, reading));
}

/** The columns of JSON records are the keys of the first ones. */
async function ofJson(path: string, rows: AsyncGenerator<readonly OtelRow[]>): Promise<RowFile> {
  const first = await rows.next();
  const ready: readonly OtelRow[] = first.done ? [] : first.value;
  async function* batches(): AsyncGenerator<readonly OtelRow[]> {
    yield ready;
    yield* rows;
  }
  return { path, columns: [...new Set(ready.slice(0, 100).flatMap((row) => Object.keys(row)))], batches: batches() };
}

async function* jsonLines(file: SourceFile, { inputs, notes }: Reading): AsyncGenerator<readonly OtelRow[]> {
  const parsed = (line: string): OtelRow[] => {
    if (line.trim() === "") return [];
    try {
      return recordsOf([JSON.parse(line)], file, notes);
    } catch {
      notes.dropped("lines", "not JSON", file.path);
      return [];
    }
  };
  const onBad = (why: string): void => notes.dropped("lines", why, file.path);
  for await (const lines of linesOf(file, inputs, onBad)) yield lines.flatMap(parsed);
}

async function* jsonArray(file: SourceFile, { inputs, notes }: Reading): AsyncGenerator<readonly OtelRow[]> {
  const json = await inputs.json(file);
  if (typeof json === "object" && json !== null) yield recordsOf(Array.isArray(json) ? json : [json], file, notes);
  else
    throw new IncidentError("BAD_INPUT", `${file.path} holds neither an array nor an object`, {
      hint: "It should hold records.",
    });
}

const isRecord = (value: unknown): value is OtelRow =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function recordsOf(values: readonly unknown[], file: SourceFile, notes: ImportNotes): OtelRow[] {
  const records = values.filter(isRecord);
  if (records.length < values.length)
    notes.dropped("records", "no JSON objects", file.path, values.length - records.length);
  return records;
}
