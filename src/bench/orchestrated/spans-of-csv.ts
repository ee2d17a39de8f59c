import { parse } from "csv-parse/sync";
import { z } from "zod";
import type { Span } from "../../domain/telemetry.ts";

/** A row of AIOpsLab's trace files. Times: microseconds. */
const Row = z.looseObject({
  trace_id: z.string().min(1),
  span_id: z.string().min(1),
  parent_span: z.string().default(""),
  service_name: z.string().min(1),
  operation_name: z.string().default(""),
  start_time: z.coerce.number().int().nonnegative(),
  duration: z.coerce.number().nonnegative(),
  has_error: z.string().default(""),
});

/** Reads spans from the text of a trace file. Rows that are cut off or not spans are left out. */
export function spansOfCsv(text: string): Span[] {
  let rows: unknown[];
  try {
    rows = parse(text, { columns: true, relax_column_count: true, relax_quotes: true, skip_records_with_error: true });
  } catch {
    return []; // an error message instead of a file
  }
  const spans = rows.flatMap((row): Span[] => {
    const read = Row.safeParse(row);
    if (!read.success) return [];
    const { trace_id, span_id, parent_span, service_name, operation_name, start_time, duration, has_error } = read.data;
    return [
      {
        traceId: trace_id,
        spanId: span_id,
        parentSpanId: parent_span,
        service: service_name,
        pod: null,
        operation: operation_name,
        startUnixNano: BigInt(start_time) * 1000n,
        durationUs: duration,
        status: /^(true|1)$/i.test(has_error.trim()) ? "ERROR" : "OK",
      },
    ];
  });
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.map((span) => ({
    ...span,
    parentSpanId: span.parentSpanId !== null && ids.has(span.parentSpanId) ? span.parentSpanId : null,
  }));
}
