import type protobuf from "protobufjs";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import type { OtlpSignal } from "../../domain/otlp.ts";
import { otlpSchema } from "./schema.ts";

/** Names of the nested lists in the messages of one signal. */
const LEVELS = {
  log: { data: "LogsData", resources: "resourceLogs", scopes: "scopeLogs", records: "logRecords" },
  trace: { data: "TracesData", resources: "resourceSpans", scopes: "scopeSpans", records: "spans" },
  metric: { data: "MetricsData", resources: "resourceMetrics", scopes: "scopeMetrics", records: "metrics" },
} as const satisfies Record<OtlpSignal, object>;
/** Ids in lists and objects are bytes; JSON writes them as hexadecimal text. */
const AS_TEXT: protobuf.IConversionOptions = { longs: String, bytes: Buffer as never };

/** The records of one resource, not yet checked. `attributes`: those of the resource. */
export type ResourceRecords = { attributes: unknown; records: unknown[] };

/** Reads export requests and the messages in OTLP files. */
export type OtlpDecoder = {
  /** @throws {IncidentError} BAD_INPUT if it is not a message of this signal. */
  protobuf(signal: OtlpSignal, body: Uint8Array): ResourceRecords[];
  /** @throws {IncidentError} BAD_INPUT */
  json(signal: OtlpSignal, body: Uint8Array | string): ResourceRecords[];
};

export function otlpDecoder(schema = otlpSchema()): OtlpDecoder {
  return {
    protobuf(signal, body) {
      const type = schema.lookupType(LEVELS[signal].data);
      try {
        return resourcesOf(signal, type.toObject(type.decode(body), AS_TEXT));
      } catch (cause) {
        throw undecodable(signal, "protobuf", cause);
      }
    },
    json(signal, body) {
      try {
        return resourcesOf(signal, JSON.parse(typeof body === "string" ? body : Buffer.from(body).toString("utf8")));
      } catch (cause) {
        throw undecodable(signal, "JSON", cause);
      }
    },
  };
}

const undecodable = (signal: OtlpSignal, format: string, cause: unknown): IncidentError =>
  cause instanceof IncidentError
    ? cause
    : new IncidentError("BAD_INPUT", `the body is not an OTLP ${signal} message in ${format}: ${messageOf(cause)}`, {
        hint: "Check the path of the signal and the content type of the sender.",
        cause,
      });

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Flattens resource → scope → record. Parts with a wrong type are empty. */
function resourcesOf(signal: OtlpSignal, message: unknown): ResourceRecords[] {
  const { resources, scopes, records } = LEVELS[signal];
  const top = objectOf(message);
  const isList = top[resources] === undefined || Array.isArray(top[resources]);
  if (typeof message !== "object" || message === null || Array.isArray(message) || !isList)
    throw new IncidentError("BAD_INPUT", `the body has no list "${resources}"`, {
      hint: "Send an export request of OTLP 1.",
    });
  return listOf(top[resources]).map((each) => ({
    attributes: objectOf(objectOf(each).resource).attributes,
    records: listOf(objectOf(each)[scopes]).flatMap((scope) => listOf(objectOf(scope)[records])),
  }));
}
