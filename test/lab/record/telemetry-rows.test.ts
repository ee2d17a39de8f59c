import { expect, it } from "vitest";
import type { LogLine } from "../../../src/lab/process/logger.ts";
import type { SpanLine } from "../../../src/lab/process/tracer.ts";
import { logRecords, metricCsv, spanCsv } from "../../../src/lab/record/telemetry-rows.ts";

const base = 1_700_000_000_000_000_000n;
const window = { startNanos: base, endNanos: base + 10_000n };
const line = (atNanos: bigint, message: string): LogLine => ({
  timeUnixNano: String(base + atNanos),
  level: "INFO",
  service: "cart",
  pod: "cart-0",
  message,
});
const span = (
  traceId: string,
  spanId: string,
  parentSpanId: string | null,
  atNanos: bigint,
  status = "OK",
): SpanLine => ({
  traceId,
  spanId,
  parentSpanId,
  service: "cart",
  kind: "server",
  operation: "GET /x",
  startUnixNano: String(base + atNanos),
  durationUs: 5,
  status,
});

it("merges log lines by nanosecond, where milliseconds would tie", () => {
  const texts = logRecords([line(30n, "third"), line(10n, "first"), line(20n, "second")], window).map(
    (text) => (JSON.parse(text) as { body: string }).body,
  );
  expect(texts).toEqual(["INFO first", "INFO second", "INFO third"]);
});

it("keeps every digit of a time, and both ends of the window", () => {
  const times = logRecords([line(-1n, ""), line(0n, ""), line(10_000n, ""), line(10_001n, "")], window).map(
    (text) => (JSON.parse(text) as { timeUnixNano: string }).timeUnixNano,
  );
  expect(times).toEqual(["1700000000000000000", "1700000000000010000"]);
});

it("leaves out a whole trace if part of it began before the window", () => {
  const rows = spanCsv([span("cut", "b", "a", 5n), span("cut", "a", null, -5n), span("kept", "c", null, 7n)], window);
  expect(rows.slice(1)).toEqual([`kept,c,,cart,cart-0,GET /x,${base + 7n},5,OK`]);
});

it("quotes values that would break a row", () => {
  expect(spanCsv([span("t", "s", null, 1n, 'ERROR: a "b", c')], window)[1]).toContain(',"ERROR: a ""b"", c"');
});

it("writes metrics by time, then by entity, with six digits, but timestamps in full", () => {
  const rates = (timeMs: number, values: Record<string, number>) => ({
    timeMs,
    values: new Map(Object.entries(values)),
  });
  const rows = metricCsv(
    [
      { service: "b", rates: rates(2000, { up: 1 }) },
      { service: "a", rates: rates(2000, { process_start_time_seconds: 1_700_000_000.123 }) },
      { service: "a", rates: rates(1000, { depth: 0.123_456_789 }) },
      { service: "a", rates: rates(9000, { up: 1 }) },
    ],
    1000,
    2000,
  );
  expect(rows.slice(1)).toEqual([
    "1000,a,service,depth,0.123457",
    "2000,a,service,process_start_time_seconds,1700000000.123",
    "2000,b,service,up,1",
  ]);
});
