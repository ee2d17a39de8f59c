import { contains } from "../../domain/time.ts";
import { seriesNames, type SeriesNames } from "./case-folder.ts";
import { nameOf, type SourceFile } from "./source-tree.ts";
import { cellsOf, hasColumn, openTable, optionalCell, type Reading } from "./table.ts";
import { settleAll, type TimedFolder } from "./timed-folders.ts";
import { anyMs, anyNanos, isoNanos, msOf, sampleOf } from "./times.ts";

/** A pod's name without the two parts that Kubernetes adds. */
export const serviceOf = (pod: string): string => pod.replace(/-[^-]+-[^-]+$/, "");

export async function nezhaLogs(
  file: SourceFile,
  reading: Reading,
  folders: readonly TimedFolder[],
  services: Set<string>,
): Promise<void> {
  const table = await openTable(file, reading);
  const [time, pod, log] = cellsOf(table, ["TimeUnixNano", "PodName", "Log"]);
  const [text, trace, span] = ["Timestamp", "TraceID", "SpanID"].map((name) => optionalCell(table, name));
  for await (const rows of table.batches) {
    for (const row of rows) {
      const nanos = logTime(time(row), text?.(row) ?? "", file.path, reading);
      if (nanos === null) continue;
      const wanted = folders.filter(({ records }) => contains(records, msOf(nanos)));
      if (wanted.length === 0) continue;
      const service = serviceOf(pod(row));
      services.add(service);
      const body = unwrapped(log(row), file.path, reading);
      const record = { nanos, service, pod: pod(row), body, traceId: trace?.(row) ?? "", spanId: span?.(row) ?? "" };
      for (const { folder } of wanted) folder.log(record);
    }
    await settleAll(folders);
  }
}

/** Some error records have no time in nanoseconds, or one far before 1970. */
function logTime(number: string, text: string, path: string, { notes }: Reading): bigint | null {
  const nanos = anyNanos(number);
  if (nanos !== null && nanos > 0n) return nanos;
  const fromText = isoNanos(text);
  if (fromText === null) notes.dropped("log records", "no time", path);
  else notes.defect("log records without a time in nanoseconds", "the time of their text was used, as UTC", path);
  return fromText;
}

const WRAPPER = /^\s*\{"log":\s*("(?:[^"\\]|\\.)*")/s;

/** The line in `{"log": "…"}`; some rows carry debris after it, and then the first object counts. */
function unwrapped(text: string, path: string, { notes }: Reading): string {
  const whole = lineIn(text);
  if (whole !== null) return whole;
  const first = lineIn(`{"log":${WRAPPER.exec(text)?.[1] ?? ""}}`);
  if (first !== null) notes.defect("log lines with debris after their wrapper", "it was cut off", path);
  return first ?? text.trimEnd();
}

function lineIn(json: string): string | null {
  try {
    const { log } = JSON.parse(json) as { log?: unknown };
    return typeof log === "string" ? log.trimEnd() : null;
  } catch {
    return null;
  }
}

export async function nezhaSpans(
  file: SourceFile,
  reading: Reading,
  folders: readonly TimedFolder[],
  services: Set<string>,
): Promise<void> {
  const table = await openTable(file, reading);
  const names = [
    "TraceID",
    "SpanID",
    "ParentID",
    "PodName",
    "OperationName",
    "StartTimeUnixNano",
    "EndTimeUnixNano",
  ] as const;
  const [trace, span, parent, pod, operation, start, end] = cellsOf(table, names);
  for await (const rows of table.batches) {
    for (const row of rows) {
      const [startNanos, endNanos] = [anyNanos(start(row)), anyNanos(end(row))];
      if (startNanos === null || endNanos === null || endNanos < startNanos) {
        reading.notes.dropped("spans", "no start, or an end before it", file.path);
        continue;
      }
      const wanted = folders.filter(({ records }) => contains(records, msOf(startNanos)));
      if (wanted.length === 0) continue;
      const service = serviceOf(pod(row));
      services.add(service);
      for (const { folder } of wanted)
        folder.span({
          traceId: trace(row),
          spanId: span(row),
          parentSpanId: parent(row) === "root" ? "" : parent(row),
          service,
          pod: pod(row),
          operation: operation(row),
          startNanos,
          durationUs: Number(endNanos - startNanos) / 1000,
          status: "",
        });
    }
    await settleAll(folders);
  }
}

/** Columns that say when and what, not how much. */
const NOT_METRICS = new Set(["Time", "TimeStamp", "PodName", "ServiceName"]);

export async function nezhaMetrics(
  file: SourceFile,
  reading: Reading,
  folders: readonly TimedFolder[],
  services: Set<string>,
): Promise<void> {
  const table = await openTable(file, reading);
  // beside the pods' tables lie others: the entry's own figures, and lists without times
  if (!hasColumn(table, "TimeStamp|Timestamp") && !/metric/.test(nameOf(file.path)))
    return reading.notes.dropped("tables beside the metrics", "they hold no times", file.path);
  const [stamp] = cellsOf(table, ["TimeStamp|Timestamp"]);
  const [text, pod] = [optionalCell(table, "Time"), optionalCell(table, "PodName")];
  const columns = table.columns.flatMap((name, at) => (NOT_METRICS.has(name) ? [] : [{ name, at }]));
  const known = new Map<string, SeriesNames>();
  const entry = hasColumn(table, "PodName") ? null : nameOf(file.path).replace(/_.*$/, "");
  for await (const rows of table.batches) {
    for (const row of rows) {
      const timeMs = metricTime(stamp(row), text(row), file.path, reading);
      if (timeMs === null) continue;
      const wanted = folders.filter(({ metrics }) => contains(metrics, timeMs));
      if (wanted.length === 0) continue;
      const entity = entry ?? pod(row);
      if (entry === null) services.add(serviceOf(entity));
      for (const { name, at } of columns) {
        const value = sampleOf(row[at]);
        if (value === null) {
          reading.notes.dropped("samples", "empty or not a number: a gap is not a zero", file.path);
          continue;
        }
        const key = `${entity}\0${name}`;
        const names = known.get(key) ?? seriesNames(entity, entry === null ? "pod" : "entry", name);
        known.set(key, names);
        for (const { folder } of wanted) folder.sample(timeMs, names, value);
      }
    }
    await settleAll(folders);
  }
}

const MINUTE_MS = 60_000;
/** The clock of one pod is shifted in its number; the text is right. */
function metricTime(stamp: string, text: string, path: string, { notes }: Reading): number | null {
  const found = /\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}/.exec(text)?.[0];
  const [numberMs, nanos] = [anyMs(stamp), found === undefined ? null : isoNanos(found)];
  const textMs = nanos === null ? null : msOf(nanos);
  if (numberMs === null && textMs === null) notes.dropped("rows of metrics", "no time", path);
  if (numberMs !== null && textMs !== null && Math.abs(numberMs - textMs) > MINUTE_MS)
    notes.defect("rows of metrics whose number differs from their text", "the text was used, as UTC", path);
  return textMs ?? numberMs;
}
