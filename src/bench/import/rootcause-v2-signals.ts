import { type CaseFolder, type CaseSignal, seriesNames, type SeriesNames } from "./case-folder.ts";
import {
  addLog,
  addSpan,
  attributeOf,
  cellOf,
  METRIC_COLUMNS,
  missingColumns,
  type OtelRow,
  podOf,
  textOf,
} from "./otel-rows.ts";
import { checkLogColumns, checkSpanColumns } from "./otel-tables.ts";
import { wrongColumns } from "./refusals.ts";
import { openRows, ROW_FILE, type RowFile } from "./row-files.ts";
import { nameOf, type SourceFile } from "./source-tree.ts";
import type { Reading } from "./table.ts";
import { anyNanos, msOf, sampleOf } from "./times.ts";

/** What a file holds: by its name, or by that of the folder that it lies in. */
export function signalOf(place: string): CaseSignal | null {
  if (!ROW_FILE.test(place)) return null;
  const found = /(?:^|\/)(metrics?|traces?|spans?|logs?)(?:[._/-]|$)/i.exec(place)?.[1]?.toLowerCase();
  if (found === undefined) return null;
  if (found.startsWith("metric")) return "metrics";
  return found.startsWith("log") ? "logs" : "traces";
}

const OTLP_KEYS = ["resourceMetrics", "resourceSpans", "resourceLogs"];

/** Reads one file of a signal: rows, or what a collector's file exporter wrote. */
export async function readSignal(
  file: SourceFile,
  signal: CaseSignal,
  reading: Reading,
  folder: CaseFolder,
): Promise<void> {
  const rows = await openRows(file, reading);
  if (OTLP_KEYS.some((key) => rows.columns.includes(key))) return copyOtlp(file, rows, folder);
  if (rows.columns.length === 0) return reading.notes.dropped("files", "empty", file.path);
  folder.has(signal);
  if (signal === "metrics") return addMetrics(rows, reading, folder);
  if (signal === "traces") checkSpanColumns(rows.path, rows.columns);
  else checkLogColumns(rows.path, rows.columns);
  const add = signal === "traces" ? addSpan : addLog;
  for await (const batch of rows.batches) {
    for (const row of batch)
      if (!add(row, folder))
        reading.notes.dropped(signal === "traces" ? "spans" : "log records", "no time, trace or duration", file.path);
    await folder.settle();
  }
}

/** Causeway reads these as they are. */
async function copyOtlp(file: SourceFile, { batches }: RowFile, folder: CaseFolder): Promise<void> {
  const lines: string[] = [];
  for await (const batch of batches) lines.push(...batch.map((row) => JSON.stringify(row)));
  const name = nameOf(file.path).replace(/\.(jsonl|ndjson|json)$/, "");
  await folder.file(`otlp/${name}.jsonl`, `${lines.join("\n")}\n`);
}

const LABELS = ["labels", "tags", "attributes", "Attributes"];
const NAMES_IN_LABELS = ["service_name", "service.name", "service", "job", "container", "pod"];

async function addMetrics(rows: RowFile, { notes }: Reading, folder: CaseFolder): Promise<void> {
  const missing = missingColumns(rows.columns, METRIC_COLUMNS);
  if (!rows.columns.some((name) => name === "Value" || name === "value")) missing.push("value");
  if (missing.length > 0) throw wrongColumns(rows.path, missing, rows.columns);
  const known = new Map<string, SeriesNames>();
  for await (const batch of rows.batches) {
    for (const row of batch) {
      const [nanos, value] = [anyNanos(cellOf(row, "time")), sampleOf(cellOf(row, "value"))];
      const entity = entityOf(row);
      if (nanos === null || value === null || entity === "")
        notes.dropped("samples", "no time, no value, or of nothing that has a name", rows.path);
      else {
        const metric = cellOf(row, "metric") + labelsOf(row);
        const key = `${entity}\0${metric}`;
        const names = known.get(key) ?? seriesNames(entity, "service", metric);
        known.set(key, names);
        folder.sample(msOf(nanos), names, value);
      }
    }
    await folder.settle();
  }
}

const labelText = (row: OtelRow): string =>
  LABELS.flatMap((name) => (row[name] == null ? [] : [textOf(row[name])])).join(" ");

function entityOf(row: OtelRow): string {
  const own = cellOf(row, "service") || podOf(row);
  if (own !== "") return own;
  const labels = labelText(row);
  return NAMES_IN_LABELS.map((name) => attributeOf(labels, name)).find((name) => name !== "") ?? "";
}

const DISTINGUISHING = ["span_name", "span_kind", "status_code", "http_route", "rpc_method", "state", "type"];
function labelsOf(row: OtelRow): string {
  const labels = labelText(row);
  const found = DISTINGUISHING.flatMap((name) => {
    const value = attributeOf(labels, name);
    return value === "" ? [] : [`${name}="${value}"`];
  });
  return found.length === 0 ? "" : `{${found.join(",")}}`;
}
