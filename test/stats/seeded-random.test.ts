import { expect, it } from "vitest";
import { seededRandom, seedOf } from "../../src/stats/seeded-random.ts";

const draw = (seed: number, n: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: n }, random);
};

it("draws the same for the same seed, and something else for another", () => {
  expect(draw(1, 5)).toEqual(draw(1, 5));
  expect(draw(1, 5)).not.toEqual(draw(2, 5));
});

it("fills [0, 1) evenly", () => {
  const drawn = draw(42, 10_000);
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = drawn.filter((value) => Math.floor(value * 10) === tenth).length / drawn.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
  }
});

it("derives different seeds for different names and different base seeds", () => {
  const names = Array.from({ length: 500 }, (_, n) => `case-${n}`);
  expect(new Set(names.map((name) => seedOf(1, name))).size).toBe(500);
  expect(seedOf(1, "case-1")).not.toBe(seedOf(2, "case-1"));
});
