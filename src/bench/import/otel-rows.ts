import type { CaseFolder } from "./case-folder.ts";
import { statusOf } from "./span-status.ts";
import { anyNanos, sampleOf } from "./times.ts";

/** A row of a table of OpenTelemetry records, by column: as a cell of text, or as Parquet gives it. */
export type OtelRow = Readonly<Record<string, unknown>>;

/** The names under which exporters write the columns of spans and logs. */
const COLUMNS = {
  time: [
    "Timestamp",
    "TimestampTime",
    "timestamp",
    "time",
    "start_time",
    "startTimeUnixNano",
    "TimeUnix",
    "timeUnixNano",
  ],
  trace: ["TraceId", "trace_id", "traceId", "traceID"],
  span: ["SpanId", "span_id", "spanId", "spanID"],
  parent: ["ParentSpanId", "parent_span_id", "parentSpanId", "parentSpanID", "parent_id"],
  service: ["ServiceName", "service_name", "service", "serviceName"],
  pod: ["k8s_pod_name", "attr.k8s.pod.name", "pod_name", "pod"],
  operation: ["SpanName", "span_name", "operation", "operation_name", "name", "operationName"],
  status: ["StatusCode", "status_code", "attr.status_code", "status", "statusCode"],
  reason: ["StatusMessage", "status_message", "statusMessage"],
  body: ["Body", "body", "message", "log", "line"],
  metric: ["MetricName", "metric_name", "metric", "__name__", "name"],
  value: ["Value", "value"],
  severity: ["SeverityText", "severity_text", "level", "severity", "severityText"],
} as const;
type Column = keyof typeof COLUMNS;

/** What one unit of a column of durations is, in microseconds. */
const DURATIONS: readonly [string, number][] = [
  ["duration_us", 1],
  ["durationUs", 1],
  ["duration_ms", 1000],
  ["durationMs", 1000],
  ["duration_ns", 1e-3],
  ["Duration", 1e-3],
  ["duration", 1e-3],
];

export const cellOf = (row: OtelRow, column: Column): string => {
  for (const name of COLUMNS[column]) {
    const value = row[name];
    if (value !== undefined && value !== null && value !== "") return textOf(value);
  }
  return "";
};

/** Parquet gives numbers, times and maps, too. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object") return String(value);
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner));
}

/** The columns that a table must have, each under one of its names. @returns the missing ones, for people. */
export const missingColumns = (names: readonly string[], wanted: readonly Column[]): string[] =>
  wanted
    .filter((column) => !COLUMNS[column].some((name) => names.includes(name)))
    .map((column) => COLUMNS[column].join(" or "));
export const SPAN_COLUMNS: readonly Column[] = ["time", "trace", "span", "service"];
export const METRIC_COLUMNS: readonly Column[] = ["time", "metric"];
/** The columns that any reader of such rows looks at. */
const READ = new Set<string>([
  ...Object.values(COLUMNS).flat(),
  ...DURATIONS.map(([name]) => name),
  "ResourceAttributes",
  "resource_attributes",
]);
export const isReadColumn = (name: string): boolean => READ.has(name);
export const LOG_COLUMNS: readonly Column[] = ["time", "service", "body"];
export const hasDuration = (names: readonly string[]): boolean => DURATIONS.some(([name]) => names.includes(name));

/** A value in a map of attributes, written as JSON or Python (`{"a": "b"}`) or as Go (`map[a:b c:d]`). */
export function attributeOf(text: string, key: string): string {
  const name = key.replaceAll(".", "\\.");
  const pattern = text.startsWith("map[") ? `[[ ]${name}:([^\\s\\]]*)` : `["']${name}["']\\s*:\\s*["']([^"']*)["']`;
  return new RegExp(pattern).exec(text)?.[1] ?? "";
}

export const podOf = (row: OtelRow): string => {
  const column = cellOf(row, "pod");
  const resource = textOf(row.ResourceAttributes ?? row.resource_attributes ?? "");
  return column || attributeOf(resource, "k8s.pod.name") || attributeOf(resource, "pod.name");
};

/** @returns false when the row has no time, trace or duration. */
export function addSpan(row: OtelRow, folder: CaseFolder): boolean {
  const startNanos = anyNanos(cellOf(row, "time"));
  const [unit = null] = DURATIONS.filter(([name]) => row[name] !== undefined && row[name] !== null && row[name] !== "");
  const length = unit === null ? null : sampleOf(textOf(row[unit[0]]));
  if (startNanos === null || length === null || length < 0 || cellOf(row, "trace") === "") return false;
  const status = statusOf(cellOf(row, "status"));
  const reason = cellOf(row, "reason");
  folder.span({
    traceId: cellOf(row, "trace"),
    spanId: cellOf(row, "span"),
    parentSpanId: cellOf(row, "parent"),
    service: cellOf(row, "service"),
    pod: podOf(row),
    operation: cellOf(row, "operation"),
    startNanos,
    durationUs: length * (unit?.[1] ?? 1),
    status: status.startsWith("ERROR") && reason !== "" ? `ERROR: ${reason}` : status,
  });
  return true;
}

/** @returns false when the row has no time. */
export function addLog(row: OtelRow, folder: CaseFolder): boolean {
  const nanos = anyNanos(cellOf(row, "time"));
  if (nanos === null) return false;
  const [severity, body] = [cellOf(row, "severity"), cellOf(row, "body")];
  const shown = severity === "" || body.toLowerCase().includes(severity.toLowerCase());
  folder.log({
    nanos,
    service: cellOf(row, "service") || "unknown",
    pod: podOf(row),
    body: shown ? body : `${severity} ${body}`,
    traceId: cellOf(row, "trace"),
    spanId: cellOf(row, "span"),
  });
  return true;
}
