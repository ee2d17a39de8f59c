import { type CaseFolder, seriesNames, type SeriesNames } from "./case-folder.ts";
import type { SourceFile } from "./source-tree.ts";
import { statusOf } from "./span-status.ts";
import { cellsOf, openTable, optionalCell, type Reading } from "./table.ts";
import { anyMs, anyNanos, sampleOf } from "./times.ts";

/** Reads a table of `time` and one column for each series, `<service>_<metric>`. @returns the services. */
export async function wideMetrics(file: SourceFile, reading: Reading, folder: CaseFolder): Promise<string[]> {
  const table = await openTable(file, reading);
  const [time] = cellsOf(table, ["time"]);
  const services = new Set<string>();
  const series = table.columns.map((column, at): SeriesNames | null => {
    if (column === "time") return null;
    const cut = column.indexOf("_");
    const isRepeated = table.columns.indexOf(column) < at;
    if (cut < 1 || isRepeated) {
      const why = isRepeated ? "a column of the same name stands before it" : "its name is not <service>_<metric>";
      reading.notes.dropped("columns of metrics", why, `${file.path}: ${column}`);
      return null;
    }
    services.add(column.slice(0, cut));
    return seriesNames(column.slice(0, cut), "service", column.slice(cut + 1));
  });
  let [gaps, untimed] = [0, 0];
  folder.has("metrics");
  for await (const rows of table.batches) {
    for (const row of rows) {
      const timeMs = anyMs(time(row));
      if (timeMs === null) untimed += 1;
      else
        for (const [at, names] of series.entries()) {
          if (names === null) continue;
          const value = sampleOf(row[at]);
          if (value === null) gaps += 1;
          else folder.sample(timeMs, names, value);
        }
    }
    await folder.settle();
  }
  if (gaps > 0) reading.notes.dropped("samples", "empty or not a number: a gap is not a zero", file.path, gaps);
  if (untimed > 0) reading.notes.dropped("rows of metrics", "no time", file.path, untimed);
  return [...services].toSorted();
}

/** Reads `logs.csv`: a time in nanoseconds, the container, and the message. */
export async function logRows(file: SourceFile, reading: Reading, folder: CaseFolder): Promise<void> {
  const table = await openTable(file, reading);
  const [time, container, message] = cellsOf(table, ["timestamp|time", "container_name", "message"]);
  const [pod, level] = [optionalCell(table, "pod_name"), optionalCell(table, "level")];
  const error = optionalCell(table, "error");
  let untimed = 0;
  folder.has("logs");
  for await (const rows of table.batches) {
    for (const row of rows) {
      const nanos = anyNanos(time(row));
      if (nanos === null) untimed += 1;
      else
        folder.log({
          nanos,
          service: container(row),
          pod: pod(row),
          body: bodyOf(level(row), message(row), error(row)),
        });
    }
    await folder.settle();
  }
  if (untimed > 0) reading.notes.dropped("log records", "no time", file.path, untimed);
}

/** The release took level and error out of the line; they are put back, so that the line reads as it was written. */
function bodyOf(level: string, message: string, error: string): string {
  const withLevel =
    level === "" || message.toLowerCase().includes(level.toLowerCase()) ? message : `${level} ${message}`;
  return error === "" ? withLevel : `${withLevel} ${error}`;
}

/** Reads `traces.csv`: Jaeger's names, start and duration in microseconds. */
export async function spanRows(file: SourceFile, reading: Reading, folder: CaseFolder): Promise<void> {
  const table = await openTable(file, reading);
  const wanted = ["startTime|startTimeMillis", "traceID", "spanID", "serviceName", "duration"] as const;
  const [start, trace, span, service, duration] = cellsOf(table, wanted);
  const operation = optionalCell(table, "operationName|methodName");
  const [parent, status] = [optionalCell(table, "parentSpanID"), optionalCell(table, "statusCode")];
  let broken = 0;
  folder.has("traces");
  for await (const rows of table.batches) {
    for (const row of rows) {
      const [startNanos, durationUs] = [anyNanos(start(row)), sampleOf(duration(row))];
      if (startNanos === null || durationUs === null || durationUs < 0 || trace(row) === "") broken += 1;
      else
        folder.span({
          traceId: trace(row),
          spanId: span(row),
          parentSpanId: parent(row),
          service: service(row),
          operation: operation(row),
          startNanos,
          durationUs,
          status: statusOf(status(row)),
        });
    }
    await folder.settle();
  }
  if (broken > 0) reading.notes.dropped("spans", "no start, duration or trace", file.path, broken);
}
