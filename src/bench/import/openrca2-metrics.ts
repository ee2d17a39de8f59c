import { type CaseFolder, seriesNames, type SeriesNames } from "./case-folder.ts";
import type { ImportNotes } from "./notes.ts";
import { cellOf, isReadColumn, METRIC_COLUMNS, missingColumns, type OtelRow, podOf } from "./otel-rows.ts";
import { openParquet } from "./parquet-rows.ts";
import { wrongColumns } from "./refusals.ts";
import type { SourceFile } from "./source-tree.ts";
import type { Reading } from "./table.ts";
import { anyNanos, msOf, sampleOf } from "./times.ts";

/** What a row of a histogram holds instead of one value. */
const PARTS = ["Count", "Sum", "Min", "Max", "count", "sum", "min", "max"];
/** Attributes that make another series of the same metric. */
const ATTRIBUTES = [
  "attr.source_workload",
  "attr.destination_workload",
  "attr.source",
  "attr.destination",
  "attr.jvm.gc.name",
  "attr.k8s.container.name",
];

/** Reads gauges, sums or histograms in the columns of a collector's exporter. */
export async function parquetMetrics(file: SourceFile, { inputs, notes }: Reading, folder: CaseFolder): Promise<void> {
  const isWanted = (name: string): boolean =>
    isReadColumn(name) ||
    PARTS.includes(name) ||
    ATTRIBUTES.includes(name) ||
    name === "Attributes" ||
    name === "attr.k8s.node.name";
  const table = await openParquet(file, inputs, isWanted);
  const parts = PARTS.filter((name) => table.columns.includes(name));
  const missing = missingColumns(table.columns, METRIC_COLUMNS);
  if (!table.columns.some((name) => name === "Value" || name === "value") && parts.length === 0)
    missing.push("Value or Sum");
  if (missing.length > 0) throw wrongColumns(file.path, missing, table.columns);
  const known = new Map<string, SeriesNames>();
  folder.has("metrics");
  for await (const rows of table.batches) {
    for (const row of rows) addSample(row, parts, { folder, notes, known, path: file.path });
    await folder.settle();
  }
}

type Adding = { folder: CaseFolder; notes: ImportNotes; known: Map<string, SeriesNames>; path: string };

function addSample(row: OtelRow, parts: readonly string[], { folder, notes, known, path }: Adding): void {
  const nanos = anyNanos(cellOf(row, "time"));
  const [pod, service] = [podOf(row), cellOf(row, "service")];
  const node = typeof row["attr.k8s.node.name"] === "string" ? row["attr.k8s.node.name"] : "";
  const [entity, kind] = pod !== "" ? [pod, "pod"] : service !== "" ? [service, "service"] : [node, "node"];
  if (nanos === null || entity === "") return notes.dropped("samples", "no time, or nothing that they are of", path);
  const metric = `${cellOf(row, "metric")}${suffixOf(row)}`;
  const values: [name: string, value: number | null][] =
    parts.length === 0
      ? [[metric, sampleOf(cellOf(row, "value"))]]
      : parts.map((part) => [`${metric}_${part.toLowerCase()}`, numberOf(row[part])]);
  for (const [name, value] of values) {
    const key = `${entity}\0${kind}\0${name}`;
    const names = known.get(key) ?? seriesNames(entity, kind, name);
    known.set(key, names);
    if (value === null) notes.dropped("samples", "empty or not a number: a gap is not a zero", path);
    else folder.sample(msOf(nanos), names, value);
  }
}

const numberOf = (value: unknown): number | null =>
  value === null || value === undefined ? null : sampleOf(String(value));

function suffixOf(row: OtelRow): string {
  const labels = ATTRIBUTES.flatMap((name) => {
    const value = row[name];
    return typeof value === "string" && value !== "" ? [`${name.slice("attr.".length)}="${value}"`] : [];
  });
  const own =
    typeof row.Attributes === "string" && row.Attributes.length > 2 ? [row.Attributes.replaceAll(/[{}"']/g, "")] : [];
  return labels.length + own.length === 0 ? "" : `{${[...labels, ...own].join(",")}}`;
}
