import { expect, it } from "vitest";
import {
  AS_RECORDED,
  DROPPABLE,
  jitterMs,
  late,
  shifted,
  variedIncidents,
} from "../../../src/bench/incidents/vary-incidents.ts";
import { anIncident, incidentsKnown, metricsAnswering, sourceOf } from "../../fakes.ts";

const recorded = anIncident({
  alarmAtMs: 100_000,
  window: { startMs: 80_000, endMs: 160_000 },
  baseline: { window: { startMs: 0, endMs: 100_000 }, shared: null },
  excludeBaseline: [{ startMs: 20_000, endMs: 30_000 }],
  asOfMs: 150_000,
});

it("shifts alarm, window and the end of the baseline together, and nothing else", () => {
  expect(shifted(recorded, -40_000)).toEqual({
    ...recorded,
    alarmAtMs: 60_000,
    window: { startMs: 40_000, endMs: 120_000 },
    baseline: { window: { startMs: 0, endMs: 60_000 }, shared: null },
  });
});

it("does not shift a baseline at another time, or times that are not given", () => {
  const months = { window: { startMs: 9_000_000, endMs: 9_900_000 }, shared: "normal" };
  expect(shifted({ ...recorded, baseline: months }, 40_000).baseline).toEqual(months);
  expect(shifted(anIncident(), 40_000)).toEqual(anIncident());
});

it("never ends a baseline before its start", () => {
  const short = shifted(
    { ...recorded, baseline: { window: { startMs: 90_000, endMs: 100_000 }, shared: null } },
    -60_000,
  ).baseline.window;
  expect(short).toEqual({ startMs: 90_000, endMs: 90_000 });
});

it("draws an offset within its range for each incident, the same for the same seed", () => {
  const offsets = Array.from({ length: 200 }, (_, n) => jitterMs({ fromS: 0, toS: 90, seed: 1 }, `case-${n}`));
  expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...offsets)).toBeLessThanOrEqual(90_000);
  expect(Math.max(...offsets) - Math.min(...offsets)).toBeGreaterThan(80_000);
  expect(offsets).toEqual(Array.from({ length: 200 }, (_, n) => jitterMs({ fromS: 0, toS: 90, seed: 1 }, `case-${n}`)));
  expect(offsets[0]).not.toBe(jitterMs({ fromS: 0, toS: 90, seed: 2 }, "case-0"));
});

it("removes signals as if they had never been recorded, and leaves the original store unchanged", async () => {
  const telemetry = [metricsAnswering([]), sourceOf("topology", { nodes: [], edges: [] })];
  const store = incidentsKnown([{ incident: recorded, telemetry }]);
  const bare = variedIncidents(store, { ...AS_RECORDED, without: [...DROPPABLE] });
  expect(await bare.openTelemetry(recorded.id)).toEqual([]);
  expect((await store.openTelemetry(recorded.id)).map(({ signal }) => signal)).toEqual(["metric", "topology"]);
  expect(await bare.getIncident(recorded.id)).toEqual(recorded);
});

it("raises the alarm alone later, and moves the time of the analysis only if it would lie before the alarm", () => {
  expect(late(recorded, 40_000)).toEqual({ ...recorded, alarmAtMs: 140_000 });
  expect(late(recorded, 90_000)).toEqual({ ...recorded, alarmAtMs: 190_000, asOfMs: 190_000 });
  expect(late(anIncident({ alarmAtMs: null }), 90_000).alarmAtMs).toBeNull();
});

it("takes away the entry and the given ranges, and keeps the shared recording", async () => {
  const declared = { ...recorded, entry: "shop", baseline: { ...recorded.baseline, shared: "normal" } };
  const store = incidentsKnown([{ incident: declared, telemetry: [] }]);
  const bare = variedIncidents(store, { ...AS_RECORDED, without: ["entry", "window"], lateMinutes: 1 });
  expect(await bare.getIncident(declared.id)).toEqual({
    ...declared,
    entry: null,
    alarmAtMs: 160_000,
    asOfMs: 160_000,
    window: null,
    baseline: { window: null, shared: "normal" },
  });
});
