import { otlpSchema } from "../../src/connectors/otlp/schema.ts";
import type { OtlpSignal } from "../../src/domain/otlp.ts";
import { attribute, gaugeOf, message, nanos } from "../connectors/otlp/messages.ts";
import { emptyFields, exportOf, field } from "../connectors/otlp/wire-bytes.ts";

const MESSAGES = { log: "LogsData", trace: "TracesData", metric: "MetricsData" } as const;
const LABELS = Array.from({ length: 8 }, (_, at) => attribute(`http.request.header.x-${at}`, `value ${at}`));

/** Every record differs, so that nothing compresses to nothing. */
const RECORDS: Record<OtlpSignal, (at: number, nowMs: number) => object> = {
  log: (at, nowMs) => ({
    timeUnixNano: nanos(nowMs - (at % 60_000)),
    severityText: "INFO",
    body: { stringValue: `order ${at * 7919} of customer ${at * 104_729} was sent by carrier ${at % 17}` },
    attributes: LABELS,
  }),
  trace: (at, nowMs) => ({
    traceId: (at + 1).toString(16).padStart(32, "a"),
    spanId: (at + 1).toString(16).padStart(16, "b"),
    name: "GET /orders",
    kind: 2,
    startTimeUnixNano: nanos(nowMs - (at % 60_000)),
    endTimeUnixNano: nanos(nowMs),
    attributes: LABELS,
  }),
  metric: (at, nowMs) => {
    const { gauge } = gaugeOf("", nowMs, at);
    return {
      name: `queue.length.${at}`,
      gauge: { dataPoints: gauge.dataPoints.map((p) => ({ ...p, attributes: LABELS })) },
    };
  },
};

/** JSON writes ids as hexadecimal text, protobuf as bytes. */
const withBytes = (body: object): object =>
  JSON.parse(JSON.stringify(body), (key, value) =>
    key === "traceId" || key === "spanId" ? Buffer.from(value, "hex") : value,
  );

/** An export request of about `bytes`, as a collector sends it. */
export function batchOf(signal: OtlpSignal, bytes: number, isJson: boolean, nowMs: number): Uint8Array {
  const make = RECORDS[signal];
  const encode = (records: readonly object[]): Uint8Array => {
    const body = message(signal, [{ resource: { "service.name": "orders" }, records }]);
    if (isJson) return Buffer.from(JSON.stringify(body));
    const type = otlpSchema().lookupType(MESSAGES[signal]);
    return type.encode(type.fromObject(withBytes(body))).finish();
  };
  const sample = 1_000;
  const each = encode(Array.from({ length: sample }, (_, at) => make(at, nowMs))).length / sample;
  return encode(Array.from({ length: Math.floor((0.98 * bytes) / each) }, (_, at) => make(at, nowMs)));
}

const half = (bytes: number): number => Math.floor((bytes - 100) / 2);
const jsonList = (item: string, bytes: number): Buffer => {
  const items = Array.from({ length: Math.floor((bytes - 100) / (item.length + 1)) }, () => item);
  return Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${items.join(",")}]}]}]}`);
};
/** A summary whose many labels each of its hundred quantiles repeats. */
const repeating = (points: number, nowMs: number) => {
  const attributes = Array.from({ length: 30 }, (_, at) => attribute(`label${at}`, "v".repeat(200)));
  const quantileValues = Array.from({ length: 100 }, (_, at) => ({ quantile: at / 100, value: 1 }));
  const point = { timeUnixNano: nanos(nowMs), count: "1", sum: 1, attributes, quantileValues };
  const records = [{ name: "wait", summary: { dataPoints: Array.from({ length: points }, () => point) } }];
  return Buffer.from(JSON.stringify(message("metric", [{ resource: { "service.name": "orders" }, records }])));
};

export type Hostile = { what: string; path: "logs" | "metrics"; body: Uint8Array; isJson: boolean };

/** Requests that are small on the wire, and large or slow for who reads them. */
export const hostileBatches = (bytes: number, nowMs: number): readonly Hostile[] => [
  { what: "empty resources", path: "logs", body: emptyFields(1, half(bytes)), isJson: false },
  { what: "empty records", path: "logs", body: exportOf(emptyFields(2, half(bytes))), isJson: false },
  {
    what: "one gauge of empty points",
    path: "metrics",
    body: exportOf(field(2, field(1, Buffer.from("load")), field(5, emptyFields(1, half(bytes))))),
    isJson: false,
  },
  { what: "empty records", path: "logs", body: jsonList("{}", bytes), isJson: true },
  { what: "numbers as records", path: "logs", body: jsonList("1", bytes), isJson: true },
  { what: "a summary that repeats its labels", path: "metrics", body: repeating(1_500, nowMs), isJson: true },
];
