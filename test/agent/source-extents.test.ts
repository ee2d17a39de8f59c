import { expect, it } from "vitest";
import { extentsOf } from "../../src/agent/source-extents.ts";
import type { Series, Span } from "../../src/domain/telemetry.ts";

const series = (timesMs: number[]): Series => ({
  entity: "web",
  entityKind: "service",
  metric: "cpu",
  timesMs,
  values: timesMs,
});
const span = (startMs: number): Span => ({
  traceId: "t",
  spanId: `s${startMs}`,
  parentSpanId: null,
  service: "web",
  pod: null,
  operation: "GET /",
  startUnixNano: BigInt(startMs) * 1_000_000n,
  durationUs: 10,
  status: "ok",
});

it("spans all series of the metrics, with the step of the longest", () => {
  const metrics = [series([60_000, 120_000, 180_000]), series([]), series([30_000, 240_000])];
  expect(extentsOf({ metrics, traces: null, logs: null })).toEqual([
    { source: "metrics", startMs: 30_000, endMs: 240_000, stepMs: 60_000 },
  ]);
});

it("spans the starts of all spans", () => {
  expect(extentsOf({ metrics: null, traces: [span(5_000), span(1_000)], logs: null })).toEqual([
    { source: "traces", startMs: 1_000, endMs: 5_000, stepMs: 2_000 },
  ]);
});

it("gives a source without records no extent", () => {
  expect(extentsOf({ metrics: [series([])], traces: [], logs: null })).toEqual([]);
});
