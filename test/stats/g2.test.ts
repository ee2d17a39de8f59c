import { expect, it } from "vitest";
import { g2OfCounts, g2OfHistograms } from "../../src/stats/g2.ts";

it("finds nothing where the rates are equal", () => expect(g2OfCounts(10, 100, 20, 200)).toBeCloseTo(0, 10));
it("finds 20·ln 2 where one side saw all ten of ten", () =>
  expect(g2OfCounts(10, 1, 0, 1)).toBeCloseTo(20 * Math.log(2), 10));
it("is zero for two zero counts", () => expect(g2OfCounts(0, 1, 0, 1)).toBe(0));
it("counts one degree of freedom per non-empty cell, less one", () => {
  expect(g2OfHistograms([5, 5, 0], [5, 5, 0])).toEqual({ g2: expect.closeTo(0, 10), df: 1 });
});
it("sees a distribution reverse", () => expect(g2OfHistograms([10, 0], [0, 10]).g2).toBeCloseTo(40 * Math.log(2), 10));
it("is zero if one side is empty", () => expect(g2OfHistograms([0, 0], [3, 1])).toEqual({ g2: 0, df: 0 }));
