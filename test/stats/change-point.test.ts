import { describe, expect, it } from "vitest";
import { changeOf } from "../../src/stats/change-point.ts";
import { robustRange } from "../../src/stats/robust-scale.ts";
import { seededRandom } from "../../src/stats/seeded-random.ts";

/** About normal noise: the sum of twelve uniform draws. */
const noiseOf = (seed: number) => {
  const random = seededRandom(seed);
  return (): number => Array.from({ length: 12 }, random).reduce((sum, draw) => sum + draw, -6);
};
const noisy = (length: number, level: (at: number) => number, seed = 1): number[] => {
  const noise = noiseOf(seed);
  return Array.from({ length }, (_, at) => level(at) + noise());
};

describe("changeOf", () => {
  it("dates a lasting step within two samples, in a series whose quiet time nobody knows", () => {
    const found = changeOf(noisy(480, (at) => (at >= 350 ? 130 : 100)));
    expect(found).toMatchObject({ shape: "step", direction: "up", end: 480 });
    expect(Math.abs((found?.at ?? 0) - 350)).toBeLessThanOrEqual(2);
    expect(found?.before).toBeCloseTo(100, 0);
    expect(found?.after).toBeCloseTo(130, 0);
  });

  it("dates a fall, and a change that takes up most of the series", () => {
    expect(changeOf(noisy(200, (at) => (at >= 40 ? 50 : 100)))).toMatchObject({ at: 40, direction: "down" });
  });

  it("dates a slow leak where it began to climb", () => {
    const found = changeOf(noisy(300, (at) => 100 + Math.max(0, at - 150) / 2));
    expect(found).toMatchObject({ shape: "ramp", direction: "up", end: 300 });
    expect(Math.abs((found?.at ?? 0) - 150)).toBeLessThan(20);
  });

  it("says when a burst began and ended", () => {
    const found = changeOf(noisy(240, (at) => (at >= 100 && at < 130 ? 140 : 100)));
    expect(found).toMatchObject({ shape: "burst", at: 100, end: 130, direction: "up" });
  });

  it("finds a step in a series with a trend", () => {
    const found = changeOf(noisy(200, (at) => 100 + at / 20 + (at >= 140 ? 40 : 0)));
    expect(found).toMatchObject({ shape: "step", direction: "up" });
    expect(Math.abs((found?.at ?? 0) - 140)).toBeLessThanOrEqual(1);
  });

  it("dates the first errors of a service that had none", () => {
    const counts = Array.from({ length: 120 }, (_, at) => (at < 90 ? 0 : 20 + (at % 7)));
    expect(changeOf(counts)).toMatchObject({ shape: "step", at: 90, before: 0 });
  });

  it("dates a target that went down", () => {
    expect(changeOf(Array.from({ length: 60 }, (_, at) => (at < 45 ? 1 : 0)))).toMatchObject({
      at: 45,
      direction: "down",
    });
  });

  it("keeps the date when latency has spikes in quiet times", () => {
    const values = noisy(240, (at) => (at >= 180 ? 30 : 10)).map((value, at) => (at % 41 === 7 ? 900 : value));
    expect(changeOf(values)).toMatchObject({ at: 180, direction: "up" });
  });

  it.each([
    ["a constant", () => 5],
    ["a trend without a break", (at: number) => at / 3],
    ["one spike", (at: number) => (at === 77 ? 1e6 : 5 + (at % 3))],
    ["a tick of one on a level of 1,000", (at: number) => (at > 60 ? 1001 : 1000)],
    ["a rhythm of ten samples", (at: number) => 100 + 20 * Math.sin((at * 2 * Math.PI) / 10)],
  ])("finds no change in %s", (_, level) => {
    expect(changeOf(Array.from({ length: 120 }, (__, at) => level(at)))).toBeNull();
  });

  it("finds a change in less than one of a hundred series of noise", () => {
    const found = Array.from({ length: 300 }, (_, seed) => changeOf(noisy(240, () => 100, seed + 1)));
    expect(found.filter((change) => change !== null).length).toBeLessThan(3);
  });

  it("finds none in a series too short to tell", () => {
    expect(changeOf([])).toBeNull();
    expect(changeOf([1, 1, 1, 9, 9, 9])).toBeNull();
  });
});

describe("robustRange", () => {
  it("gives the median, and a spread that one outlier does not move", () => {
    expect(robustRange([1, 2, 3, 4, 5])).toEqual({ level: 3, spread: 2 });
    const many = Array.from({ length: 99 }, (_, at) => 10 + (at % 3));
    expect(robustRange([...many, 1e9])).toEqual(robustRange([...many, 12]));
  });
});
