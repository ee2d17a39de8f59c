import { Severity } from "../../domain/alert-event.ts";
import type { Alert, Change, Series } from "../../domain/telemetry.ts";
import { textOf, valueAt } from "../webhooks/dot-path.ts";
import { nanosOf, nanosOfText } from "../logservers/record-line.ts";
import type { ServerRecord } from "../logservers/types.ts";
import type { McpAnswer, McpToolMapping } from "./types.ts";

/** Rows of one answer. */
const MAX_ROWS = 200_000;
const MAX_NAME = 300;
const MAX_TEXT = 4_000;

/** `skipped`: rows without what a record needs. `isCut`: there were more rows. */
export type ReadRows<R> = { records: R[]; skipped: number; isCut: boolean };

/** Labels that name the entity of a series, the most telling first. */
const ENTITY_LABELS = ["service", "service_name", "app", "job", "deployment", "pod", "instance"];
const CHANGE_KINDS = ["deploy", "config", "flag", "scale", "other"] as const;

/** The rows of an answer. A text is its lines; an object is its only row. */
function rowsOf({ data }: McpAnswer, { result }: McpToolMapping): { rows: readonly unknown[]; isCut: boolean } {
  const found = result.length === 0 ? data : valueAt(data, result);
  const all: readonly unknown[] =
    typeof found === "string"
      ? found.split("\n").filter((line) => line.trim() !== "")
      : Array.isArray(found)
        ? found
        : found === undefined || found === null
          ? []
          : [found];
  return { rows: all.slice(0, MAX_ROWS), isCut: all.length > MAX_ROWS };
}

function readRows<R>(answer: McpAnswer, mapping: McpToolMapping, read: (row: unknown) => R | null): ReadRows<R> {
  const { rows, isCut } = rowsOf(answer, mapping);
  const records = rows.map(read).filter((record) => record !== null);
  return { records, skipped: rows.length - records.length, isCut };
}

/** The value of a field: at the path that the operator gives, else under its usual names. */
const fieldOf =
  ({ fields }: McpToolMapping) =>
  (row: unknown, name: string, ...usual: string[]): unknown => {
    const path = fields[name];
    if (path !== undefined) return valueAt(row, path);
    for (const key of [name, ...usual]) {
      const value = valueAt(row, [key]);
      if (value !== undefined) return value;
    }
    return undefined;
  };

const nameOf = (value: unknown): string | null => textOf(value)?.slice(0, MAX_NAME) ?? null;
const wordsOf = (value: unknown): string | null => textOf(value)?.slice(0, MAX_TEXT) ?? null;

/** Nanoseconds of an ISO 8601 time, or of seconds to nanoseconds since 1970. Null for anything else. */
export function timeOf(value: unknown): bigint | null {
  if (typeof value === "number") {
    if (!Number.isFinite(value) || value <= 0 || value > 1e19) return null;
    return value < 1e11 ? nanosOf(value * 1_000) : nanosOfText(String(Math.floor(value)).replace(/e.*$/i, ""));
  }
  return typeof value === "string" ? nanosOfText(value.trim()) : null;
}

const msOf = (value: unknown): number | null => {
  const nanos = timeOf(value);
  return nanos === null ? null : Number(nanos / 1_000_000n);
};

type Sample = { entity: string; metric: string; ms: number; value: number };

/** Samples of Prometheus's form (`{metric, values}`), or one sample a row, as series. */
export function readSeries(answer: McpAnswer, mapping: McpToolMapping, entity: string): ReadRows<Series> {
  const field = fieldOf(mapping);
  const usualMetric = mapping.tool.slice(0, MAX_NAME);
  const { records, skipped, isCut } = readRows(answer, mapping, (row): Sample[] | null => {
    const labels = valueAt(row, ["metric"]);
    const values = valueAt(row, ["values"]) ?? valueAt(row, ["value"]);
    if (typeof labels === "object" && labels !== null && Array.isArray(values)) {
      const pairs = Array.isArray(values[0]) ? (values as readonly unknown[]) : [values];
      const who = mapping.fields.entity === undefined ? entityIn(labels) : nameOf(field(row, "entity"));
      const name = mapping.fields.metric === undefined ? nameOf(valueAt(labels, ["__name__"])) : null;
      const metric = name ?? nameOf(field(row, "metric")) ?? usualMetric;
      return samplesOf(pairs).map((sample) => ({ entity: who ?? (entity || "unknown"), metric, ...sample }));
    }
    const ms = msOf(field(row, "time", "timestamp"));
    const value = numberOf(field(row, "value"));
    if (ms === null || value === null) return null;
    const who = nameOf(field(row, "entity", "service")) ?? (entity || "unknown");
    return [{ entity: who, metric: nameOf(field(row, "metric", "name")) ?? usualMetric, ms, value }];
  });
  return { records: seriesOf(records.flat()), skipped, isCut };
}

const entityIn = (labels: object): string | null =>
  ENTITY_LABELS.map((label) => nameOf(valueAt(labels, [label]))).find((name) => name !== null) ?? null;

const numberOf = (value: unknown): number | null => {
  const number =
    typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
};

const samplesOf = (pairs: readonly unknown[]): { ms: number; value: number }[] =>
  pairs.slice(0, MAX_ROWS).flatMap((pair) => {
    const [ms, value] = Array.isArray(pair) ? [msOf(pair[0]), numberOf(pair[1])] : [null, null];
    return ms === null || value === null ? [] : [{ ms, value }];
  });

function seriesOf(samples: readonly Sample[]): Series[] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = JSON.stringify([sample.entity, sample.metric]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [sample]);
    else group.push(sample);
  }
  return [...groups.values()].flatMap((group) => {
    const byTime = new Map(group.toSorted((a, b) => a.ms - b.ms).map(({ ms, value }) => [ms, value]));
    const [first] = group;
    if (first === undefined) return [];
    const { entity, metric } = first;
    return [{ entity, entityKind: "service", metric, timesMs: [...byTime.keys()], values: [...byTime.values()] }];
  });
}

/** Log records. A line of text without a time is skipped: nobody knows when it was written. */
export function readLogRecords(answer: McpAnswer, mapping: McpToolMapping, entity: string): ReadRows<ServerRecord> {
  const field = fieldOf(mapping);
  return readRows(answer, mapping, (row) => {
    const isText = typeof row === "string";
    const nanos = isText ? leadingTime(row) : timeOf(field(row, "time", "timestamp"));
    const body = isText ? row : textOf(field(row, "text", "line", "message", "body"));
    if (nanos === null || body === null) return null;
    return {
      nanos,
      service: (isText ? null : nameOf(field(row, "entity", "service"))) ?? (entity || null),
      pod: isText ? null : nameOf(field(row, "pod")),
      level: isText ? null : nameOf(field(row, "level")),
      body,
      traceId: isText ? null : nameOf(field(row, "trace_id")),
      spanId: null,
      error: null,
      stack: null,
      labels: {},
    };
  });
}

const leadingTime = (line: string): bigint | null => nanosOfText(/^\S+/.exec(line)?.[0] ?? "");

export const readAlerts = (answer: McpAnswer, mapping: McpToolMapping, entity: string): ReadRows<Alert> => {
  const field = fieldOf(mapping);
  return readRows(answer, mapping, (row) => {
    const name = nameOf(field(row, "name", "alertname"));
    const who = nameOf(field(row, "entity", "service")) ?? (entity || null);
    if (name === null || who === null) return null;
    const severity = Severity.safeParse(field(row, "severity"));
    return {
      timeUnixMs: msOf(field(row, "time", "startsAt", "starts_at")),
      entity: who,
      entityKind: "service",
      signal: "metric",
      name,
      direction: null,
      peer: null,
      count: 1,
      message: wordsOf(field(row, "text", "summary", "message")),
      ...(severity.success ? { severity: severity.data } : {}),
    };
  });
};

export const readChanges = (answer: McpAnswer, mapping: McpToolMapping, entity: string): ReadRows<Change> => {
  const field = fieldOf(mapping);
  return readRows(answer, mapping, (row) => {
    const timeUnixMs = msOf(field(row, "time", "timestamp", "created_at"));
    const who = nameOf(field(row, "entity", "service")) ?? (entity || null);
    if (timeUnixMs === null || who === null) return null;
    const given = nameOf(field(row, "kind", "type"));
    const kind = CHANGE_KINDS.find((known) => known === given) ?? "other";
    const id = nameOf(field(row, "id")) ?? `${mapping.tool}-${timeUnixMs}`;
    return { timeUnixMs, entity: who, kind, id, summary: wordsOf(field(row, "text", "summary", "title")) };
  });
};

/** The paths of fields that a mapping may name. */
export const MCP_FIELDS = [
  "time",
  "value",
  "entity",
  "metric",
  "text",
  "level",
  "pod",
  "trace_id",
  "name",
  "severity",
  "kind",
  "id",
] as const;
