import { expect, it } from "vitest";
import { holm } from "../../src/stats/holm.ts";
import { mcNemar } from "../../src/stats/mcnemar.ts";

it("gives the exact binomial probability of an uneven split", () => {
  expect(mcNemar(0, 0)).toBe(1);
  expect(mcNemar(0, 1)).toBe(1);
  expect(mcNemar(0, 5)).toBeCloseTo(2 / 32, 10);
  expect(mcNemar(1, 9)).toBeCloseTo((2 * (1 + 10)) / 1024, 10);
  expect(mcNemar(9, 1)).toBe(mcNemar(1, 9));
  expect(mcNemar(10, 10)).toBe(1);
  expect(mcNemar(300, 420)).toBeLessThan(0.001);
});

it("corrects for the number of tests, and keeps the order of the p values", () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holm([0.5, 0.9])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
