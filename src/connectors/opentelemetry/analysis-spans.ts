import { context, type Span, SpanStatusCode, trace } from "@opentelemetry/api";

/** The name and version under which spans are made. */
type TracerName = readonly [name: string, version: string];

/** Traces an analysis: one span for it, and one below it for each node. */
export const analysisSpans = (tracerName: TracerName) => (analysisId: string) => {
  const tracer = trace.getTracer(...tracerName);
  const attributes = { "causeway.analysis.id": analysisId };
  const whole = tracer.startSpan("analysis", { attributes });
  const around = trace.setSpan(context.active(), whole);
  const open = new Map<string, Span>();
  return {
    start: (node: string): void => void open.set(node, tracer.startSpan(node, { attributes }, around)),
    end(node: string, found: number): void {
      open.get(node)?.setAttribute("causeway.findings", found).end();
      open.delete(node);
    },
    finish(failure: string | null): void {
      for (const span of open.values()) span.end();
      if (failure !== null) whole.setStatus({ code: SpanStatusCode.ERROR, message: failure });
      whole.end();
    },
  };
};
