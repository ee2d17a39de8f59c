import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import { spanIn, type RequestTrace } from "./trace-context.ts";

/** `trace`: the ids in the response and in log lines. `end` exports the span if a collector is configured. */
export type RequestSpan = { trace: RequestTrace; end(result: { method: string; route: string; status: number }): void };

/**
 * Starts the span of a request, in the trace of its caller. Without a collector it records nothing and generates ids
 * itself.
 */
export function beginRequestSpan(tracer: Tracer, method: string, caller: RequestTrace | null): RequestSpan {
  const parent =
    caller === null
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId: caller.traceId,
          spanId: caller.spanId,
          traceFlags: Number.parseInt(caller.flags, 16),
          isRemote: true,
        });
  const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, parent);
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    trace: span.isRecording() ? { traceId, spanId, flags: traceFlags.toString(16).padStart(2, "0") } : spanIn(caller),
    end({ method, route, status }) {
      span
        .updateName(`${method} ${route}`)
        .setAttributes({ "http.request.method": method, "http.route": route, "http.response.status_code": status });
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}
