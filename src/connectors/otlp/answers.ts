import type protobuf from "protobufjs";
import type { OtlpResult, OtlpSignal } from "../../domain/otlp.ts";

/** `google.rpc.Code.INVALID_ARGUMENT`. Senders act on the HTTP status; people read the message. */
const REFUSED_CODE = 3;
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

  status(message: string, isJson: boolean): Uint8Array {
    const status = { code: REFUSED_CODE, message };
    return isJson ? jsonBytes(status) : schema.lookupType("RpcStatus").encode(status).finish();
  },
});

const jsonBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
