import { expect, it } from "vitest";
import { metricFindings } from "../../src/metrics/findings.ts";
import { seasonOf, WEEK_MS } from "../../src/metrics/season.ts";
import { seededRandom } from "../../src/stats/seeded-random.ts";
import { anIncident } from "../fakes.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONDAY_MS = Date.UTC(2024, 0, 1);
const every = (stepMs: number, lastsMs: number, fromMs = MONDAY_MS): number[] =>
  Array.from({ length: lastsMs / stepMs }, (_, at) => fromMs + at * stepMs);
/** Busy from 8 to 20 h. */
const byDay = (timeMs: number): number =>
  (timeMs % DAY_MS) / HOUR_MS >= 8 && (timeMs % DAY_MS) / HOUR_MS < 20 ? 100 : 10;
/** The same on workdays only. */
const byWeek = (timeMs: number): number => ((timeMs - MONDAY_MS) % WEEK_MS < 5 * DAY_MS ? byDay(timeMs) : 10);
const noise = seededRandom(7);
const noisy = (value: number): number => value + noise();

it("finds a daily season in two days", () => {
  const timesMs = every(HOUR_MS / 2, 2 * DAY_MS);
  const season = seasonOf(
    timesMs,
    timesMs.map((timeMs) => noisy(byDay(timeMs))),
  );
  expect(season?.periodMs).toBe(DAY_MS);
  expect(season?.expectedAt(MONDAY_MS + 9 * DAY_MS + 12 * HOUR_MS)).toBeCloseTo(100.5, 0);
  expect(season?.expectedAt(MONDAY_MS + 9 * DAY_MS + 3 * HOUR_MS)).toBeCloseTo(10.5, 0);
});

it("finds hours of the week in weeks of history", () => {
  const timesMs = every(HOUR_MS, 3 * WEEK_MS);
  const season = seasonOf(
    timesMs,
    timesMs.map((timeMs) => noisy(byWeek(timeMs))),
  );
  expect(season?.periodMs).toBe(WEEK_MS);
  const noonOf = (day: number): number => MONDAY_MS + 4 * WEEK_MS + day * DAY_MS + 12 * HOUR_MS;
  expect(season?.expectedAt(noonOf(4))).toBeGreaterThan(90);
  expect(season?.expectedAt(noonOf(5))).toBeLessThan(20);
});

it("finds a job that runs every half hour", () => {
  const timesMs = every(60_000, 3 * HOUR_MS);
  expect(
    seasonOf(
      timesMs,
      timesMs.map((timeMs) => noisy(timeMs % (HOUR_MS / 2) < 300_000 ? 80 : 5)),
    )?.periodMs,
  ).toBe(HOUR_MS / 2);
});

it.each([
  ["less than two days of a daily one", every(HOUR_MS / 2, 1.8 * DAY_MS), byDay],
  ["noise", every(60_000, 6 * HOUR_MS), () => noise()],
  ["a drift", every(60_000, 6 * HOUR_MS), (timeMs: number) => timeMs / 1000],
  [
    "two stray spikes",
    every(60_000, 6 * HOUR_MS),
    (timeMs: number) => (timeMs % (3 * HOUR_MS) < 60_000 ? 1000 : noise()),
  ],
  ["a constant", every(60_000, 6 * HOUR_MS), () => 4],
  ["a single sample", [MONDAY_MS], () => 4],
  ["samples of one time", [MONDAY_MS, MONDAY_MS, MONDAY_MS], () => 4],
  ["nothing", [], () => 4],
])("finds no season in %s", (_, timesMs, at) => {
  expect(seasonOf(timesMs, timesMs.map(at))).toBeNull();
});

const eightMs = MONDAY_MS + 2 * DAY_MS + 8 * HOUR_MS;
const ownMs = every(300_000, 6 * HOUR_MS, eightMs - 4 * HOUR_MS);
const recordedMs = every(300_000, 2 * DAY_MS);
const series = (timesMs: number[], at: (timeMs: number) => number) => ({
  entity: "cart",
  entityKind: "service",
  metric: "cpu_usage",
  timesMs,
  values: timesMs.map((timeMs) => noisy(at(timeMs))),
});
const found = (at: (timeMs: number) => number) =>
  metricFindings({
    own: [series(ownMs, at)],
    shared: [series(recordedMs, byDay)],
    incident: anIncident({ alarmAtMs: eightMs, window: { startMs: eightMs, endMs: eightMs + 2 * HOUR_MS } }),
    connector: "files",
    query: "metrics",
  });

it("ignores the usual rise in the morning, and finds a rise above it", () => {
  expect(found(byDay)).toEqual([]);
  expect(found((timeMs) => (timeMs >= eightMs ? 160 : byDay(timeMs)))).toMatchObject([
    {
      onsetMs: eightMs,
      evidence: { facts: { season_minutes: 1440, direction: "up", before: expect.closeTo(100.5, 0) } },
    },
  ]);
});

it("finds a usual rise that does not come", () => {
  expect(found(() => 10)).toEqual([]); // less CPU than usual harms nobody
  const target = { ...series(ownMs, () => 10), metric: "requests_per_second" };
  const usual = { ...series(recordedMs, byDay), metric: "requests_per_second" };
  const [finding] = metricFindings({
    own: [target],
    shared: [usual],
    incident: anIncident({ alarmAtMs: eightMs, window: { startMs: eightMs, endMs: eightMs + 2 * HOUR_MS } }),
    connector: "files",
    query: "metrics",
  });
  expect(finding).toMatchObject({ onsetMs: eightMs, evidence: { facts: { direction: "down" } } });
});
