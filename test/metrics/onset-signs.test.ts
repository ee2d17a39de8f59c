import { expect, it } from "vitest";
import { metricSigns } from "../../src/metrics/onset-signs.ts";

const STEP_MS = 30_000;
const ALL = { startMs: 0, endMs: Number.POSITIVE_INFINITY };
const series = (metric: string, valueAt: (sample: number) => number, samples = 160) => ({
  entity: "orders",
  entityKind: "service",
  metric,
  timesMs: Array.from({ length: samples }, (_, at) => at * STEP_MS),
  values: Array.from({ length: samples }, (_, at) => valueAt(at) * (1 + ((at * 7) % 11) / 100)),
});

it("dates a lasting change, and says that it may have begun one sample earlier", () => {
  const [sign] = metricSigns([series("latency_p99_ms", (at) => (at < 70 ? 20 : 200))], ALL);
  expect(sign).toMatchObject({
    atMs: 70 * STEP_MS,
    stepMs: STEP_MS,
    endMs: null,
    shape: "step",
    felt: true,
    weight: 1,
  });
});

it("says when a burst was over", () => {
  const [sign] = metricSigns([series("errors_per_second", (at) => (at >= 70 && at < 90 ? 9 : 0.2))], ALL);
  expect(sign).toMatchObject({ atMs: 70 * STEP_MS, endMs: 90 * STEP_MS, shape: "burst" });
});

it("does not take a busy resource for something that users feel", () => {
  const [sign] = metricSigns([series("cpu_usage", (at) => (at < 70 ? 0.2 : 0.9))], ALL);
  expect(sign).toMatchObject({ felt: false, atMs: 70 * STEP_MS });
});

it.each([
  ["a change for the better", series("latency_p99_ms", (at) => (at < 70 ? 200 : 20))],
  ["a steady series", series("latency_p99_ms", () => 20)],
  ["a spike of one sample", series("latency_p99_ms", (at) => (at === 70 ? 900 : 20))],
  ["a series of few samples", series("latency_p99_ms", (at) => (at < 2 ? 20 : 200), 5)],
])("finds no sign in %s", (_, one) => {
  expect(metricSigns([one], ALL)).toEqual([]);
});

it("reads nothing after the end of the range", () => {
  const late = series("latency_p99_ms", (at) => (at < 100 ? 20 : 200));
  expect(metricSigns([late], { startMs: 0, endMs: 90 * STEP_MS })).toEqual([]);
});
