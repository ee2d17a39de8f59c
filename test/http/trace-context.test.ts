import { expect, it } from "vitest";
import { readTraceparent, spanIn, traceparentOf } from "../../src/http/trace-context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

it("continues the caller's trace in a new span", () => {
  const trace = spanIn(readTraceparent(`00-${TRACE}-00f067aa0ba902b7-01`));
  expect(trace).toMatchObject({ traceId: TRACE, flags: "01" });
  expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(trace.spanId).not.toBe("00f067aa0ba902b7");
  expect(traceparentOf(trace)).toBe(`00-${TRACE}-${trace.spanId}-01`);
});

it("reads later versions of the header", () => {
  expect(readTraceparent(`01-${TRACE}-00f067aa0ba902b7-00-more`)?.traceId).toBe(TRACE);
});

it.each([
  undefined,
  "",
  "nonsense",
  `ff-${TRACE}-00f067aa0ba902b7-01`,
  `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
  `00-${TRACE}-00f067aa0ba902b7-01-more`,
  `00-${TRACE}-00f067aa0ba902b7-01\r\nx: y`,
])("begins a trace of its own on %j", (header) => {
  expect(readTraceparent(header)).toBeNull();
  expect(spanIn(readTraceparent(header)).traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
});
