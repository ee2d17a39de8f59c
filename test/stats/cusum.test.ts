import { expect, it } from "vitest";
import { cusumOnset } from "../../src/stats/cusum.ts";

it("dates a lasting shift by its first value, whichever way it goes", () => {
  expect(cusumOnset([0.2, -0.3, 0.1, 4, 4, 4])).toEqual({ at: 3, side: "up" });
  expect(cusumOnset([0.2, -0.3, 0.1, -4, -4, -4])).toEqual({ at: 3, side: "down" });
});

it("looks only the ways it is told to", () => {
  expect(cusumOnset([0, -4, -4, -4], ["up"])).toBeNull();
  expect(cusumOnset([0, -4, -4, -4, 4, 4], ["up"])).toEqual({ at: 4, side: "up" });
});

it("does not take a single spike for a change, however high", () => {
  expect(cusumOnset([0, 0, 1000, 0, 0, 0, -1, 0])).toBeNull();
});

it("adds up a small drift until it is beyond doubt", () => {
  expect(cusumOnset(Array.from({ length: 20 }, () => 1))).toEqual({ at: 0, side: "up" });
  expect(cusumOnset(Array.from({ length: 200 }, () => 0.4))).toBeNull();
});

it("begins anew after a lapse", () => {
  expect(cusumOnset([3, -9, -9, 0, 4, 4], ["up"])).toEqual({ at: 4, side: "up" });
});

it("dates the greatest departure, not an earlier one that healed", () => {
  expect(cusumOnset([0, 3, 3, 3, -9, -9, -9, 0, 4, 4, 4, 4, 4])).toEqual({ at: 8, side: "up" });
});
