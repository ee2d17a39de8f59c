import type protobuf from "protobufjs";
import type { OtlpResult, OtlpSignal } from "../../domain/otlp.ts";

/** `google.rpc.Code` by HTTP status. Senders act on the HTTP status; people read both. */
const RPC_CODES: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  408: 4, // DEADLINE_EXCEEDED
  413: 8, // RESOURCE_EXHAUSTED
  415: 3,
  429: 8,
  500: 13, // INTERNAL
  503: 14, // UNAVAILABLE
};
const UNKNOWN_CODE = 2;
const REJECTED = {
  log: "rejectedLogRecords",
  trace: "rejectedSpans",
  metric: "rejectedDataPoints",
} as const satisfies Record<OtlpSignal, string>;

/**
 * Writes the bodies of answers.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
export const otlpAnswers = (schema: protobuf.Root) => ({
  result({ rejected, why }: OtlpResult, signal: OtlpSignal, isJson: boolean): Uint8Array {
    const isWhole = rejected === 0;
    if (isJson)
      return jsonBytes(isWhole ? {} : { partialSuccess: { [REJECTED[signal]]: String(rejected), errorMessage: why } });
    const type = schema.lookupType("ExportResponse");
    return type.encode(isWhole ? {} : { partialSuccess: { rejected, errorMessage: why } }).finish();
  },

  status({ message, status }: { message: string; status: number }, isJson: boolean): Uint8Array {
    const body = { code: RPC_CODES[status] ?? UNKNOWN_CODE, message };
    return isJson ? jsonBytes(body) : schema.lookupType("RpcStatus").encode(body).finish();
  },
});

const jsonBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
