import { describe, expect, it } from "vitest";
import { meanExcess } from "../../src/metrics/usual-band.ts";
import { eventsAgainst, eventsOf, eventsOnline } from "../../src/metrics/usual-events.ts";
import { usualRangeOf } from "../../src/metrics/usual-range.ts";
import { seededRandom } from "../../src/stats/seeded-random.ts";

const HOUR_MS = 3_600_000;
const MONDAY = Date.UTC(2026, 2, 2);
const random = seededRandom(7);
const jitter = Array.from({ length: 5000 }, () => random() - 0.5);

/** Hourly samples of some days; `level` gets the number of the sample. */
const hourly = (days: number, level: (at: number) => number) => {
  const timesMs = Array.from({ length: days * 24 }, (_, at) => MONDAY + at * HOUR_MS);
  return { timesMs, values: timesMs.map((_, at) => level(at) + (jitter[at] ?? 0)) };
};
/** High by day, low by night. */
const daily = (at: number): number => (at % 24 >= 8 && at % 24 < 20 ? 100 : 20);
const hoursOf = (events: { startMs: number; endMs: number }[]) =>
  events.map(({ startMs, endMs }) => [(startMs - MONDAY) / HOUR_MS, (endMs - MONDAY) / HOUR_MS]);

describe("events of a whole series", () => {
  it("finds a spike and a fall, each from its first to its last sample", () => {
    const series = hourly(20, (at) => (at === 100 || at === 101 ? 90 : at >= 300 && at < 306 ? 10 : 50));
    expect(hoursOf(eventsOf(series))).toEqual([
      [100, 101],
      [300, 305],
    ]);
  });

  it("leaves a daily rhythm alone, and finds the night that is as busy as a day", () => {
    expect(eventsOf(hourly(20, daily))).toEqual([]);
    expect(hoursOf(eventsOf(hourly(20, (at) => (at >= 241 && at < 245 ? 100 : daily(at)))))).toEqual([[241, 244]]);
  });

  it("leaves a planned burst alone that comes every day at its hour", () => {
    expect(eventsOf(hourly(14, (at) => (at % 24 === 3 ? 400 : 50)))).toEqual([]);
  });

  it("counts parts with a short usual gap between them as one event", () => {
    const series = hourly(20, (at) => ([200, 201, 204].includes(at) ? 90 : 50));
    expect(hoursOf(eventsOf(series))).toEqual([[200, 204]]);
  });

  it("leaves a series alone that is zero but for rare single counts", () => {
    expect(eventsOf(hourly(20, () => 0))).toEqual([]);
    const timesMs = hourly(20, () => 0).timesMs;
    expect(eventsOf({ timesMs, values: timesMs.map((_, at) => (at % 97 === 5 ? 1 : 0)) })).toEqual([]);
  });

  it("takes a zero of one minute for a lost scrape, and a zero of an hour for an event", () => {
    const minutes = Array.from({ length: 6 * 1440 }, (_, at) => MONDAY + at * 60_000);
    const withZeros = (last: number) => ({
      timesMs: minutes,
      values: minutes.map((_, at) => (at >= 1500 && at < 1500 + last ? 0 : 500 + 10 * (jitter[at % 5000] ?? 0))),
    });
    expect(eventsOf(withZeros(1))).toEqual([]);
    expect(eventsOf(withZeros(60))).toHaveLength(1);
  });

  it("finds nothing in no samples and in a constant", () => {
    expect(eventsOf({ timesMs: [], values: [] })).toEqual([]);
    expect(eventsOf({ timesMs: [1, 2, 3], values: [5, 5, 5] })).toEqual([]);
  });
});

describe("events sample by sample", () => {
  const spikes = hourly(20, (at) => (at === 300 || at === 301 ? 150 : 50));

  it("finds a spike when it comes", () => {
    expect(hoursOf(eventsOnline(spikes))).toEqual([[300, 301]]);
  });

  it("decides the same on the beginning of a series, whatever follows", () => {
    const cut = { timesMs: spikes.timesMs.slice(0, 302), values: spikes.values.slice(0, 302) };
    expect(eventsOnline(cut)).toEqual(eventsOnline(spikes));
    const worse = { ...spikes, values: spikes.values.map((value, at) => (at > 310 ? 1e6 : value)) };
    expect(eventsOnline(worse)[0]).toEqual(eventsOnline(spikes)[0]);
  });

  it("raises nothing in ten quiet days", () => {
    expect(eventsOnline(hourly(10, () => 50))).toEqual([]);
  });

  it("watches two days of hours before it judges", () => {
    expect(eventsOnline(hourly(2, (at) => (at === 40 ? 900 : 50)))).toEqual([]);
  });
});

it("judges a time by the usual range of another", () => {
  const history = hourly(7, daily);
  const night = { timesMs: [MONDAY + (7 * 24 + 2) * HOUR_MS], values: [100] };
  const day = { timesMs: [MONDAY + (7 * 24 + 12) * HOUR_MS], values: [100] };
  expect(eventsAgainst(history, night)).toHaveLength(1);
  expect(eventsAgainst(history, day)).toEqual([]);
});

it("measures rises and falls in the spread of their own side", () => {
  const skewed = Array.from({ length: 200 }, (_, at) => (at % 5 === 0 ? 10 + (at % 40) : 10 - (at % 3) / 10));
  const range = usualRangeOf(
    skewed.map((_, at) => at * 60_000),
    skewed,
  );
  expect(range.scoreOf(0, 0)).toBeGreaterThan(range.scoreOf(0, 20));
});

describe("mean excess", () => {
  const history = hourly(7, daily);
  const at = (hour: number, value: number) => ({ timesMs: [MONDAY + (7 * 24 + hour) * HOUR_MS], values: [value] });

  it("counts what lies outside of what was seen at the same time of day, as a share of the whole range", () => {
    expect(meanExcess(history, at(2, 100))).toBeCloseTo(0.98, 1);
    expect(meanExcess(history, at(12, 100))).toBeLessThan(0.01);
    expect(meanExcess(history, at(12, 20))).toBeGreaterThan(0.9);
  });

  it("reads the same time of day across midnight, and times before the epoch", () => {
    const early = {
      timesMs: history.timesMs.map((timeMs) => timeMs - 30 * 365 * 24 * HOUR_MS * 2),
      values: history.values,
    };
    expect(meanExcess(early, at(0, 20))).toBeLessThan(0.02);
  });

  it("is zero for a series that never moves, and without samples", () => {
    expect(meanExcess({ timesMs: [0, 1], values: [4, 4] }, { timesMs: [2], values: [4] })).toBe(0);
    expect(meanExcess(history, { timesMs: [], values: [] })).toBe(0);
  });
});
