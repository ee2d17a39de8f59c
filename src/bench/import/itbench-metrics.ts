import { type CaseFolder, seriesNames, type SeriesNames } from "./case-folder.ts";
import { attributeOf } from "./otel-rows.ts";
import { nameOf, type SourceFile } from "./source-tree.ts";
import { cellsOf, openTable, optionalCell, type Reading } from "./table.ts";
import { anyMs, sampleOf } from "./times.ts";

/** Labels that make another series of the same metric of the same object. */
const DISTINGUISHING = ["span_name", "span_kind", "status_code", "container", "le", "quantile"];

/** Reads the metrics of one object, which the name of the file gives: `pod_<name>.tsv`, `service_<name>_raw.tsv`. */
export async function itbenchMetrics(file: SourceFile, reading: Reading, folder: CaseFolder): Promise<void> {
  const [, kind = "service", entity = ""] = /^([a-z]+)_(.+?)(?:_raw)?\.tsv$/i.exec(nameOf(file.path)) ?? [];
  const table = await openTable(file, reading, "\t");
  const [time, metric, value] = cellsOf(table, ["timestamp|Timestamp", "metric_name", "value"]);
  const [tags, service] = [optionalCell(table, "tags|labels"), optionalCell(table, "service_name")];
  const known = new Map<string, SeriesNames>();
  folder.has("metrics");
  for await (const rows of table.batches) {
    for (const row of rows) {
      const [timeMs, number] = [anyMs(time(row)), sampleOf(value(row))];
      if (metric(row).endsWith("_bucket")) {
        reading.notes.dropped("samples", "buckets of histograms", file.path);
      } else if (timeMs === null || number === null) {
        reading.notes.dropped("samples", "no time or no value: a gap is not a zero", file.path);
      } else {
        const subject = entity || service(row);
        const key = `${subject}\0${metric(row)}\0${tags(row)}`;
        const names = known.get(key) ?? seriesNames(subject, kind.toLowerCase(), metric(row) + suffixOf(tags(row)));
        known.set(key, names);
        folder.sample(timeMs, names, number);
      }
    }
    await folder.settle();
  }
}

function suffixOf(tags: string): string {
  const labels = DISTINGUISHING.flatMap((label) => {
    const value = attributeOf(tags, label);
    return value === "" ? [] : [`${label}="${value.replace(/^STATUS_CODE_/, "")}"`];
  });
  return labels.length === 0 ? "" : `{${labels.join(",")}}`;
}
