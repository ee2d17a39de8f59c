import { expect, it } from "vitest";
import type { Incident } from "../../src/domain/incident.ts";
import type { Series } from "../../src/domain/telemetry.ts";
import { comparable, metricFindings } from "../../src/metrics/findings.ts";
import { anIncident } from "../fakes.ts";

const ALARM_MS = 600_000;
const incident = anIncident({ alarmAtMs: ALARM_MS, entry: "web" });
/** One sample per 10 s; `at` gives the value at a time. */
const series = (entity: string, metric: string, at: (ms: number) => number, fromMs = 0): Series => {
  const timesMs = Array.from({ length: 90 }, (_, n) => n * 10_000).filter((ms) => ms >= fromMs);
  return { entity, entityKind: "service", metric, timesMs, values: timesMs.map(at) };
};
const noisy = (ms: number): number => 5 + ((ms / 10_000) % 3);
const find = (own: Series[], parts: Partial<Incident> = {}) =>
  metricFindings({ own, shared: [], incident: { ...incident, ...parts }, connector: "files", query: "metrics" });

it("finds the series that left its baseline range, and dates it", () => {
  const found = find([
    series("cart", "cpu_usage", (ms) => (ms >= 570_000 ? 90 : noisy(ms))),
    series("web", "cpu_usage", noisy),
  ]);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    kind: "metric.shift",
    entity: { id: "cart" },
    onsetMs: 570_000,
    evidence: { facts: { family: "cpu", direction: "up", after: 90 } },
  });
});

it("dates a rise from zero at the rise, not at the drops of noise before it", () => {
  // a rate of errors: now and then one in fifty of what comes later
  const rate = series("web", "http_errors_per_second", (ms) =>
    ms < 570_000 ? ((ms / 10_000) % 3 === 0 ? 0.02 : 0) : 1,
  );
  expect(find([rate])).toMatchObject([{ kind: "metric.shift", onsetMs: 570_000 }]);
});

it("does not take earlier faults for normal", () => {
  const earlier = { startMs: 100_000, endMs: 500_000 };
  const own = [
    series("cart", "cpu_usage", (ms) =>
      ms >= ALARM_MS || (ms >= earlier.startMs && ms <= earlier.endMs) ? 90 : noisy(ms),
    ),
  ];
  expect(find(own)).toEqual([]);
  expect(find(own, { excludeBaseline: [earlier] })).toHaveLength(1);
});

it("compares a new instance with the past of its siblings if they measure the same call", () => {
  const own = [
    series("cart-old", "SuccessRate:web->cart", () => 100),
    series("cart-new", "SuccessRate:web->cart", () => 40, 590_000),
  ];
  expect(find(own)).toEqual([
    expect.objectContaining({ entity: { id: "cart-new", kind: "service" }, peer: "web->cart".split("->")[1] }),
  ]);
});

it("compares with a fault-free recording of another time", () => {
  const own = [series("cart", "latency_p90", () => 400, 590_000)];
  const shared = [series("cart", "latency_p90", noisy)];
  expect(metricFindings({ own, shared, incident, connector: "files", query: "metrics" })).toHaveLength(1);
});

it("finds nothing in an unchanged system, however many series it has", () => {
  expect(
    find(Array.from({ length: 200 }, (_, n) => series(`s${n}`, "cpu_usage", (ms) => noisy(ms + n * 10_000)))),
  ).toEqual([]);
});

it("without an alarm, takes the end of the recording for the incident", () => {
  expect(
    find([series("cart", "cpu_usage", (ms) => (ms >= ALARM_MS ? 90 : noisy(ms)))], { alarmAtMs: null }),
  ).toHaveLength(1);
});

it("adds the traffic of an entity to its findings", () => {
  const [found] = find([
    series("cart", "latency_p90", (ms) => (ms >= ALARM_MS ? 90 : noisy(ms))),
    series("cart", "requests_per_second", () => 40),
  ]);
  expect(found?.evidence.facts).toMatchObject({ metric: "latency_p90", traffic: 40 });
});

it("reports which series are comparable: those with a baseline, or a shared recording, and the incident", () => {
  const before = { ...series("cart", "cpu_usage", noisy), timesMs: [0, 1, 2, 3, 4], values: [1, 2, 3, 4, 5] };
  const during = { ...before, timesMs: [ALARM_MS, ALARM_MS + 1] };
  expect(comparable({ own: [before, series("web", "cpu_usage", noisy)], shared: [], incident }).length > 0).toBe(true);
  expect(comparable({ own: [before], shared: [], incident }).length > 0).toBe(false);
  expect(comparable({ own: [during], shared: [], incident }).length > 0).toBe(false);
  expect(comparable({ own: [during], shared: [{ ...before, entity: "web" }], incident }).length > 0).toBe(false);
  expect(comparable({ own: [during], shared: [before], incident }).length > 0).toBe(true);
  expect(comparable({ own: [], shared: [before], incident }).length > 0).toBe(false);
});

it("counts a counter that never moved before by the events that it counted", () => {
  const dropped = (packets: number) => {
    const raw = series("host-1", "node_network_receive_drop_total", (ms) =>
      ms < ALARM_MS ? 0 : Math.min(packets, Math.floor(((ms - ALARM_MS) / 10_000) * (packets / 20))),
    );
    const load = series("host-1", "node_cpu_seconds_total", (ms) => ms / 1000);
    return find([raw, load]).map(({ strength }) => strength);
  };
  expect(dropped(1)).toEqual([]);
  expect(dropped(40)[0]).toBeLessThanOrEqual(60);
  expect(dropped(40_000)[0]).toBeGreaterThan(1000);
});
