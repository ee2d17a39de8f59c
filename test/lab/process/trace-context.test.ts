import { expect, it } from "vitest";
import { formatTraceparent, newSpanId, newTraceId, parseTraceparent } from "../../../src/lab/process/trace-context.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

it("reads what it writes", () => {
  const context = { traceId: newTraceId(), spanId: newSpanId() };
  expect(parseTraceparent(formatTraceparent(context))).toEqual(context);
});

it("writes version 00, sampled", () => {
  expect(formatTraceparent({ traceId, spanId })).toBe(`00-${traceId}-${spanId}-01`);
});

it("reads a later version with unknown fields", () => {
  expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-comes-later`)).toEqual({ traceId, spanId });
});

it.each([
  ["nothing", undefined],
  ["an empty header", ""],
  ["the forbidden version", `ff-${traceId}-${spanId}-01`],
  ["more fields than version 00 has", `00-${traceId}-${spanId}-01-more`],
  ["a trace id of zeros", `00-${"0".repeat(32)}-${spanId}-01`],
  ["a span id of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
  ["upper case", `00-${traceId.toUpperCase()}-${spanId}-01`],
  ["a short id", `00-${traceId.slice(1)}-${spanId}-01`],
])("starts a new trace for %s", (_, header) => {
  expect(parseTraceparent(header)).toBeNull();
});
