import protobuf from "protobufjs";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import type { OtlpSignal } from "../../domain/otlp.ts";
import { otlpSchema } from "./schema.ts";
import { checkSize, nestedIn } from "./wire.ts";

/** Names of the nested lists in the messages of one signal, and the message of a record. */
const LEVELS = {
  log: { resources: "resourceLogs", scopes: "scopeLogs", records: "logRecords", record: "LogRecord" },
  trace: { resources: "resourceSpans", scopes: "scopeSpans", records: "spans", record: "Span" },
  metric: { resources: "resourceMetrics", scopes: "scopeMetrics", records: "metrics", record: "Metric" },
} as const satisfies Record<OtlpSignal, object>;
/** Field numbers, the same for all signals. */
const FIELDS = { resources: 1, resource: 1, scopes: 2, records: 2 } as const;
/** Ids in lists and objects are bytes; JSON writes them as hexadecimal text. */
const AS_TEXT: protobuf.IConversionOptions = { longs: String, bytes: Buffer as never };

/**
 * The records of one resource, not yet checked. `attributes`: those of the resource. In protobuf, each record is
 * decoded when it is reached, so that reading can throw.
 */
export type ResourceRecords = { attributes: unknown; records: Iterable<unknown> };

/** Reads export requests and the messages in OTLP files. */
export type OtlpDecoder = {
  /** @throws {IncidentError} BAD_INPUT, also while it is read, if it is not a message of this signal. */
  protobuf(signal: OtlpSignal, body: Uint8Array): Iterable<ResourceRecords>;
  /** @throws {IncidentError} BAD_INPUT */
  json(signal: OtlpSignal, body: Uint8Array | string): ResourceRecords[];
};

export function otlpDecoder(schema = otlpSchema()): OtlpDecoder {
  return {
    protobuf: (signal, body) => resourcesIn(schema, signal, body),
    json(signal, body) {
      try {
        return resourcesOf(signal, JSON.parse(typeof body === "string" ? body : Buffer.from(body).toString("utf8")));
      } catch (cause) {
        throw undecodable(signal, "JSON", cause);
      }
    },
  };
}

/** Walks through a message in protobuf. Only one record is decoded at a time. */
function* resourcesIn(schema: protobuf.Root, signal: OtlpSignal, body: Uint8Array): Generator<ResourceRecords> {
  const [Resource, Record] = [schema.lookupType("Resource"), schema.lookupType(LEVELS[signal].record)];
  try {
    for (const { bytes } of nestedIn(body, [FIELDS.resources])) {
      if (bytes.length === 0) continue;
      // a field that comes twice is joined, and bytes one after the other mean just that
      const resource = [...nestedIn(bytes, [FIELDS.resource])].map((part) => part.bytes);
      const whole = Buffer.concat(resource);
      checkSize(Resource, whole);
      const { attributes } = Resource.toObject(Resource.decode(whole), AS_TEXT);
      yield { attributes, records: recordsIn(bytes, Record, signal) };
    }
  } catch (cause) {
    throw undecodable(signal, "protobuf", cause);
  }
}

function* recordsIn(resource: Uint8Array, Record: protobuf.Type, signal: OtlpSignal): Generator<unknown> {
  try {
    for (const scope of nestedIn(resource, [FIELDS.scopes]))
      for (const { bytes } of nestedIn(scope.bytes, [FIELDS.records])) {
        checkSize(Record, bytes);
        yield Record.toObject(Record.decode(bytes), AS_TEXT);
      }
  } catch (cause) {
    throw undecodable(signal, "protobuf", cause);
  }
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
