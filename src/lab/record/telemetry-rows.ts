import { podOf, type LogLine } from "../process/logger.ts";
import type { SpanLine } from "../process/tracer.ts";
import type { Rates } from "../run/rates.ts";

/** Unix nanoseconds, both ends included. */
export type NanoWindow = { startNanos: bigint; endNanos: bigint };

const inside = (nanos: bigint, { startNanos, endNanos }: NanoWindow): boolean =>
  nanos >= startNanos && nanos <= endNanos;
const byNanos = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Formats the log lines of all processes as scenario records, ascending by nanosecond. The body is the level and the
 * message.
 */
export function logRecords(lines: readonly LogLine[], window: NanoWindow): string[] {
  return lines
    .map((line) => ({ line, nanos: BigInt(line.timeUnixNano) }))
    .filter(({ nanos }) => inside(nanos, window))
    .sort((a, b) => byNanos(a.nanos, b.nanos))
    .map(({ line: { timeUnixNano, service, pod, level, message, traceId, spanId } }) =>
      JSON.stringify({
        timeUnixNano,
        service,
        pod,
        body: `${level} ${message}`,
        ...(traceId !== undefined && { traceId, spanId }),
      }),
    );
}

/**
 * Formats spans as CSV, ascending by start. A trace that began before the window is left out completely, because half
 * of it would look broken.
 */
export function spanCsv(spans: readonly SpanLine[], window: NanoWindow): string[] {
  const timed = spans.map((span) => ({ span, nanos: BigInt(span.startUnixNano) }));
  const cut = new Set(timed.filter(({ nanos }) => !inside(nanos, window)).map(({ span }) => span.traceId));
  const rows = timed
    .filter(({ span }) => !cut.has(span.traceId))
    .sort((a, b) => byNanos(a.nanos, b.nanos))
    .map(({ span: { traceId, spanId, parentSpanId, service, operation, startUnixNano, durationUs, status } }) =>
      csvRow([
        traceId,
        spanId,
        parentSpanId ?? "",
        service,
        podOf(service),
        operation,
        startUnixNano,
        durationUs,
        status,
      ]),
    );
  return ["traceId,spanId,parentSpanId,service,pod,operation,startUnixNano,durationUs,status", ...rows];
}

/** Formats metrics as CSV, ascending by time, then by entity. Six significant digits; more would be clock noise. */
export function metricCsv(
  scrapes: readonly { service: string; rates: Rates }[],
  startMs: number,
  endMs: number,
): string[] {
  const rows = scrapes
    .filter(({ rates: { timeMs } }) => timeMs >= startMs && timeMs <= endMs)
    .sort((a, b) => a.rates.timeMs - b.rates.timeMs || (a.service < b.service ? -1 : 1))
    .flatMap(({ service, rates: { timeMs, values } }) =>
      [...values].map(([metric, value]) => csvRow([timeMs, service, "service", metric, significant(metric, value)])),
    );
  return ["timeUnixMs,entity,entityKind,metric,value", ...rows];
}

/** A timestamp keeps all digits; any other value is a measurement. */
const significant = (metric: string, value: number): number =>
  metric.endsWith("start_time_seconds") ? value : Number(value.toPrecision(6));

const csvRow = (cells: readonly (string | number)[]): string =>
  cells
    .map((cell) => (/[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell)))
    .join(",");
