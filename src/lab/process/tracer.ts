import { openJsonLines } from "./json-lines.ts";
import { nowNanos } from "./nano-clock.ts";
import { newSpanId, newTraceId, type SpanContext } from "./trace-context.ts";

/** `status` as in the scenario format: "" for unset, "OK", or "ERROR: text". */
export type OpenSpan = { context: SpanContext; end: (status: string) => void };
/** Starts a span under `parent`, or a new trace without one. `kind`: internal unless given. */
export type Tracer = (operation: string, parent: SpanContext | null, kind?: SpanLine["kind"]) => OpenSpan;

/** One line of a span file. */
export type SpanLine = {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  service: string;
  /** @see https://opentelemetry.io/docs/specs/otel/trace/api/#spankind */
  kind: "server" | "client" | "internal";
  operation: string;
  startUnixNano: string;
  durationUs: number;
  status: string;
};

/**
 * Spans are written to a file when they end, so spans that are open when a process dies are lost. `onEnd` receives each
 * too.
 */
export function openTracer(path: string, service: string, onEnd: (span: SpanLine) => void = () => {}): Tracer {
  const append = openJsonLines(path);
  return createTracer(service, (line) => {
    append(line);
    onEnd(line);
  });
}

/** `onEnd` receives each span when it ends. */
export function createTracer(service: string, onEnd: (span: SpanLine) => void): Tracer {
  return (operation, parent, kind = "internal") => {
    const context = { traceId: parent?.traceId ?? newTraceId(), spanId: newSpanId() };
    const startNanos = nowNanos();
    return {
      context,
      end(status) {
        const durationUs = Number((nowNanos() - startNanos) / 1000n);
        onEnd({
          ...context,
          parentSpanId: parent?.spanId ?? null,
          service,
          kind,
          operation,
          startUnixNano: String(startNanos),
          durationUs,
          status,
        });
      },
    };
  };
}
