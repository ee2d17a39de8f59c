import { expect, it } from "vitest";
import { quietIncidents, SLICE_MS } from "../../../src/bench/incidents/quiet-incidents.ts";
import type { TelemetrySource } from "../../../src/domain/ports.ts";
import type { TelemetrySignal } from "../../../src/domain/query.ts";
import type { Series } from "../../../src/domain/telemetry.ts";
import { openHandle } from "../../../src/telemetry/handle.ts";
import { memorySource } from "../../../src/telemetry/memory-source.ts";
import { anIncident, incidentsKnown, sourceOf } from "../../fakes.ts";

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
/** The shared recording, from 0 to 3 h, and the incident's own, from 100 h on. */
const calm = [seriesAt(times(0, 3 * HOUR_MS))];
const recorded = sourceOf("metric", async ({ recording }) =>
  recording === "calm" ? calm : [seriesAt(times(100 * HOUR_MS, 101 * HOUR_MS))],
);
const metrics: TelemetrySource<"metric"> = {
  ...recorded,
  metadata: (request) => memorySource("metric", "fake", async () => calm).metadata({ ...request, recording: null }),
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
    { incident: sliced, telemetry: [metrics] },
    { incident: own, telemetry: [metrics, sourceOf("alert", [])] },
  ]),
);

const readIncident = async <S extends TelemetrySignal>(signal: S, id: string) => {
  const telemetry = openHandle(await quiet.openTelemetry(id));
  const read = await telemetry.readIncident(signal, await quiet.getIncident(id));
  if (read === null) throw new Error(`no ${signal} in ${id}`);
  return read;
};

it("cuts a long fault-free recording into half-hour slices, with a false alarm, a false alert and neither", async () => {
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
  const { own } = await readIncident("alert", "slice 2 of calm false alert");
  expect(own).toMatchObject([{ entity: "web", name: "latency", timeUnixMs: alarmed.alarmAtMs }]);
  const signals = (await quiet.openTelemetry("slice 2 of calm false alarm")).map(({ signal }) => signal);
  expect(signals).not.toContain("alert");
});

it("masks a slice from its own baseline", async () => {
  const { own: slice, baseline } = await readIncident("metric", "slice 2 of calm no alarm");
  const [[mine], [rest]] = [slice, baseline];
  expect(mine?.timesMs).toHaveLength(30);
  expect(rest?.timesMs).toHaveLength(181 - 30);
  expect(rest?.timesMs.filter((timeMs) => mine?.timesMs.includes(timeMs))).toEqual([]);
});

it("uses the time well before an alarm, without earlier faults and without alerts", async () => {
  const id = "before b no alarm";
  const incident = await quiet.getIncident(id);
  expect(incident).toMatchObject({
    window: { startMs: at + 1_500_000, endMs: at + 1_780_000 },
    baseline: { window: { startMs: at, endMs: at + 1_500_000 } },
  });
  const telemetry = await quiet.openTelemetry(id);
  expect(telemetry.map(({ signal }) => signal)).toEqual(["metric"]);
  const [series] = (await readIncident("metric", id)).own;
  expect(series?.timesMs.filter((timeMs) => timeMs >= at + 60_000 && timeMs <= at + 120_000)).toEqual([]);
});

it("uses nothing before the alarm when the baseline is another recording", async () => {
  expect((await quiet.listIncidents()).map(({ id }) => id).filter((id) => id.startsWith("before a"))).toEqual([]);
});

it("reports an unknown slice", async () => {
  await expect(quiet.getIncident("slice 99 of calm no alarm")).rejects.toMatchObject({ code: "NOT_FOUND" });
});
