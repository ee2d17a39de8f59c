import { expect, it } from "vitest";
import { cusumOnset } from "../../src/stats/cusum.ts";

it("dates a lasting shift by its first value, in either direction", () => {
  expect(cusumOnset([0.2, -0.3, 0.1, 4, 4, 4])).toEqual({ at: 3, side: "up" });
  expect(cusumOnset([0.2, -0.3, 0.1, -4, -4, -4])).toEqual({ at: 3, side: "down" });
});

it("searches only the given directions", () => {
  expect(cusumOnset([0, -4, -4, -4], ["up"])).toBeNull();
  expect(cusumOnset([0, -4, -4, -4, 4, 4], ["up"])).toEqual({ at: 4, side: "up" });
});

it("ignores a single spike, however high", () => {
  expect(cusumOnset([0, 0, 1000, 0, 0, 0, -1, 0])).toBeNull();
});

it("accumulates a small drift until it exceeds the threshold", () => {
  expect(cusumOnset(Array.from({ length: 20 }, () => 1))).toEqual({ at: 0, side: "up" });
  expect(cusumOnset(Array.from({ length: 200 }, () => 0.4))).toBeNull();
});

it("starts again after a recovery", () => {
  expect(cusumOnset([3, -9, -9, 0, 4, 4], ["up"])).toEqual({ at: 4, side: "up" });
});

it("dates the greatest departure, not an earlier one that healed", () => {
  expect(cusumOnset([0, 3, 3, 3, -9, -9, -9, 0, 4, 4, 4, 4, 4])).toEqual({ at: 8, side: "up" });
});
