import { IncidentError } from "../../domain/errors.ts";
import type { Inputs } from "./inputs.ts";
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
  return ofJson(file.path, ending === "json" ? jsonArray(file, reading.inputs) : jsonLines(file, reading));
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
  const decoder = new TextDecoder();
  let rest = "";
  const parsed = (lines: readonly string[]): OtelRow[] =>
    lines.flatMap((line) => {
      if (line.trim() === "") return [];
      try {
        return [JSON.parse(line) as OtelRow];
      } catch {
        notes.dropped("lines", "not JSON", file.path);
        return [];
      }
    });
  for await (const chunk of inputs.bytes(file)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (lines.length > 0) yield parsed(lines);
  }
  if (rest !== "") yield parsed([rest]);
}

async function* jsonArray(file: SourceFile, inputs: Inputs): AsyncGenerator<readonly OtelRow[]> {
  const json = await inputs.json(file);
  if (typeof json === "object" && json !== null) yield (Array.isArray(json) ? json : [json]) as OtelRow[];
  else
    throw new IncidentError("BAD_INPUT", `${file.path} holds neither an array nor an object`, {
      hint: "It should hold records.",
    });
}
