import { context, type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { tracerName } from "./tracing.ts";

/** Spans of one analysis: one for it, one for each node below. */
export type NodeSpans = {
  start(node: string): void;
  end(node: string, found: number): void;
  finish(failure: string | null): void;
};

export function nodeSpans(analysisId: string): NodeSpans {
  const tracer = trace.getTracer(...tracerName());
  const whole = tracer.startSpan("analysis", { attributes: { "causeway.analysis.id": analysisId } });
  const around = trace.setSpan(context.active(), whole);
  const open = new Map<string, Span>();
  return {
    start: (node) =>
      void open.set(node, tracer.startSpan(node, { attributes: { "causeway.analysis.id": analysisId } }, around)),
    end(node, found) {
      open.get(node)?.setAttribute("causeway.findings", found).end();
      open.delete(node);
    },
    finish(failure) {
      for (const span of open.values()) span.end();
      if (failure !== null) whole.setStatus({ code: SpanStatusCode.ERROR, message: failure });
      whole.end();
    },
  };
}
