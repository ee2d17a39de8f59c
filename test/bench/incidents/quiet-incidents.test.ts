import { expect, it } from "vitest";
import { quietIncidents, SLICE_MS } from "../../../src/bench/incidents/quiet-incidents.ts";
import type { Slice } from "../../../src/domain/ports.ts";
import type { Series } from "../../../src/domain/telemetry.ts";
import { anIncident, incidentsKnown } from "../../fakes.ts";

const HOUR_MS = 3_600_000;
const times = (fromMs: number, toMs: number) =>
  Array.from({ length: (toMs - fromMs) / 60_000 + 1 }, (_, n) => fromMs + n * 60_000);
const seriesAt = (timesMs: number[]): Series => ({
  entity: "web",
  entityKind: "service",
  metric: "latency",
  timesMs,
  values: timesMs.map(() => 1),
});
/** A recording of `shared` from 0 to 3 h, and of the incident's own from 100 h on; gives what a slice asks for. */
const metrics = {
  name: "fake",
  fetchSeries: async ({ window, shared }: Slice) => {
    const all = shared === "calm" ? times(0, 3 * HOUR_MS) : times(100 * HOUR_MS, 101 * HOUR_MS);
    return [seriesAt(all.filter((timeMs) => window === null || (timeMs >= window.startMs && timeMs <= window.endMs)))];
  },
};
const at = 100 * HOUR_MS;
const sliced = anIncident({
  id: "a",
  entry: "web",
  target: { entity: "web", metric: "latency" },
  alarmAtMs: at + 600_000,
  window: { startMs: at, endMs: at + 900_000 },
  baseline: { window: { startMs: 0, endMs: HOUR_MS }, shared: "calm" },
});
const own = anIncident({
  id: "b",
  alarmAtMs: at + 1_800_000,
  window: { startMs: at + 1_500_000, endMs: at + HOUR_MS },
  baseline: { window: { startMs: at, endMs: at + 1_800_000 }, shared: null },
  excludeBaseline: [{ startMs: at + 60_000, endMs: at + 120_000 }],
});
const quiet = quietIncidents(
  incidentsKnown([
    { incident: sliced, telemetry: { metrics } },
    { incident: own, telemetry: { metrics, alerts: { name: "fake", fetchAlerts: async () => [] } } },
  ]),
);

it("cuts a long fault-free recording into slices of half an hour, with a false alarm, a false alert and neither", async () => {
  const ids = (await quiet.listIncidents()).map(({ id }) => id).filter((id) => id.startsWith("slice"));
  expect(ids).toHaveLength(18);
  const alarmed = await quiet.getIncident("slice 2 of calm false alarm");
  expect(alarmed).toMatchObject({
    window: { startMs: SLICE_MS, endMs: 2 * SLICE_MS - 1 },
    entry: "web",
    target: sliced.target,
    asOfMs: null,
  });
  expect(alarmed.alarmAtMs).toBeGreaterThan(SLICE_MS);
  expect(await quiet.getIncident("slice 2 of calm no alarm")).toMatchObject({ alarmAtMs: null, target: null });
  expect(await quiet.getIncident("slice 2 of calm false alert")).toMatchObject({
    alarmAtMs: alarmed.alarmAtMs,
    entry: null,
    target: null,
  });
  const { alerts } = await quiet.openTelemetry("slice 2 of calm false alert");
  expect(await alerts?.fetchAlerts({ window: null })).toMatchObject([
    { entity: "web", name: "latency", timeUnixMs: alarmed.alarmAtMs },
  ]);
  expect((await quiet.openTelemetry("slice 2 of calm false alarm")).alerts).toBeUndefined();
});

it("masks a slice from its own baseline", async () => {
  const { window, baseline } = await quiet.getIncident("slice 2 of calm no alarm");
  const source = (await quiet.openTelemetry("slice 2 of calm no alarm")).metrics;
  const [mine] = (await source?.fetchSeries({ window })) ?? [];
  const [rest] = (await source?.fetchSeries({ window: null, shared: baseline.shared })) ?? [];
  expect(mine?.timesMs).toHaveLength(30);
  expect(rest?.timesMs).toHaveLength(181 - 30);
  expect(rest?.timesMs.filter((timeMs) => mine?.timesMs.includes(timeMs))).toEqual([]);
});

it("takes what lies before an alarm, well clear of it, without earlier faults and without the alerts", async () => {
  const id = "before b no alarm";
  const incident = await quiet.getIncident(id);
  expect(incident).toMatchObject({
    window: { startMs: at + 1_500_000, endMs: at + 1_780_000 },
    baseline: { window: { startMs: at, endMs: at + 1_500_000 } },
  });
  const telemetry = await quiet.openTelemetry(id);
  expect(Object.keys(telemetry)).toEqual(["metrics"]);
  const [series] = (await telemetry.metrics?.fetchSeries({ window: null })) ?? [];
  expect(series?.timesMs.filter((timeMs) => timeMs >= at + 60_000 && timeMs <= at + 120_000)).toEqual([]);
});

it("takes nothing before the alarm of a case whose quiet times are another recording", async () => {
  expect((await quiet.listIncidents()).map(({ id }) => id).filter((id) => id.startsWith("before a"))).toEqual([]);
});

it("says that there is no such slice", async () => {
  await expect(quiet.getIncident("slice 99 of calm no alarm")).rejects.toMatchObject({ code: "NOT_FOUND" });
});
