import { describe, expect, it } from "vitest";
import { exhaustionOf } from "../../../src/metrics/forecast/exhaustion.ts";
import { lastStep } from "../../../src/metrics/forecast/last-step.ts";
import { seededRandom, seedOf } from "../../../src/stats/seeded-random.ts";
import { WORLDS } from "../../bench-forecast/worlds.ts";

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 2);
const times = (count: number, stepMs = MINUTE_MS): number[] =>
  Array.from({ length: count }, (_, at) => START_MS + at * stepMs);
/** Even noise that repeats after 7 samples. */
const jitter = (at: number): number => 0.004 * (((at * 3) % 7) / 3 - 1);

describe("exhaustionOf", () => {
  it("dates a steady rise within one step of its noise", () => {
    const shares = times(60).map((_, at) => 0.4 + 0.005 * at + jitter(at));
    const found = exhaustionOf(times(60), shares);
    const truthMs = START_MS + 120 * MINUTE_MS;
    expect(found.verdict).toBe("between");
    expect(found.fromMs).toBeLessThanOrEqual(truthMs);
    expect(found.toMs).toBeGreaterThanOrEqual(truthMs - 2 * MINUTE_MS);
    expect(Math.abs((found.atMs ?? 0) - truthMs)).toBeLessThan(4 * MINUTE_MS);
  });

  it("starts anew after a clean-up, though the whole history falls", () => {
    const shares = times(120).map((_, at) => (at < 60 ? 0.5 + 0.005 * at : 0.3 + 0.005 * (at - 60)) + jitter(at));
    const found = exhaustionOf(times(120), shares);
    expect(found.fromIndex).toBe(60);
    expect(found.verdict).toBe("between");
    expect(Math.abs((found.atMs ?? 0) - (START_MS + 200 * MINUTE_MS))).toBeLessThan(10 * MINUTE_MS);
  });

  it("says that there are too few samples after a clean-up", () => {
    const shares = times(60).map((_, at) => (at < 52 ? 0.4 + 0.01 * at : 0.2) + jitter(at));
    expect(exhaustionOf(times(60), shares).verdict).toBe("too_few");
  });

  it("sees no trend in a level, in a fall, and in a day that repeats", () => {
    const level = times(60).map((_, at) => 0.7 + jitter(at));
    const fall = times(60).map((_, at) => 0.9 - 0.005 * at + jitter(at));
    const days = times(192, 30 * MINUTE_MS);
    const daily = days.map((_, at) => 0.5 + 0.3 * Math.sin((2 * Math.PI * at) / 48) + jitter(at));
    expect(exhaustionOf(times(60), level).verdict).toBe("no_trend");
    expect(exhaustionOf(times(60), fall).verdict).toBe("no_trend");
    expect(exhaustionOf(days, daily)).toMatchObject({ verdict: "no_trend", seasonMs: 86_400_000 });
  });

  it("gives only the earliest time for a rise that is slow and uncertain", () => {
    const shares = times(60).map((_, at) => 0.2 + 0.0006 * at + 2 * jitter(at));
    const found = exhaustionOf(times(60), shares);
    expect(found.verdict).toBe("not_before");
    expect(found.toMs).toBeNull();
    expect(found.fromMs).toBeGreaterThan(START_MS + 120 * MINUTE_MS);
  });

  it("knows a full resource, and nothing of an empty or constant history", () => {
    expect(exhaustionOf(times(20), Array(20).fill(1)).verdict).toBe("full");
    expect(exhaustionOf([], []).verdict).toBe("too_few");
    expect(exhaustionOf(times(20), Array(20).fill(0.5)).verdict).toBe("no_trend");
    expect(exhaustionOf(Array(20).fill(START_MS), Array(20).fill(0.5)).verdict).toBe("too_few");
  });
});

it("takes a spike for no step", () => {
  const shares = times(40).map((_, at) => 0.5 + jitter(at) + (at === 20 ? 0.3 : 0));
  expect(lastStep(shares)).toBe(0);
});

it.each([
  ["steady rise, noise", 0.75],
  ["a clean-up half way", 0.75],
])("holds the true time in most intervals: %s", (name, least) => {
  const world = WORLDS.find((one) => one.name === name);
  const random = seededRandom(seedOf(3, name));
  const runs = Array.from({ length: 12 }, (_, seed) => {
    const { timesMs, shares, truthMs } = world?.draw(random) ?? { timesMs: [], shares: [], truthMs: null };
    return { truthMs: truthMs ?? Infinity, found: exhaustionOf(timesMs, shares, seed) };
  }).filter(({ found }) => found.fromMs !== null);
  expect(runs.length).toBeGreaterThan(8);
  const held = runs.filter(
    ({ truthMs, found }) => truthMs >= (found.fromMs ?? 0) && truthMs <= (found.toMs ?? Infinity),
  );
  expect(held.length / runs.length).toBeGreaterThanOrEqual(least);
});

it("gives hardly any date where nothing grows", () => {
  const world = WORLDS.find(({ name }) => name === "no trend, memory .8");
  const random = seededRandom(5);
  const dated = Array.from({ length: 12 }, (_, seed) => {
    const { timesMs, shares } = world?.draw(random) ?? { timesMs: [], shares: [] };
    return exhaustionOf(timesMs, shares, seed).verdict;
  }).filter((verdict) => verdict === "between");
  expect(dated.length).toBeLessThanOrEqual(1);
});
