import { expect, it } from "vitest";
import { median, quantile } from "../../src/stats/quantile.ts";

it.each([
  [0, 1],
  [0.25, 1.75],
  [0.5, 2.5],
  [1, 4],
])("interpolates the %d quantile of 1, 2, 3, 4 as %d", (q, value) => {
  expect(quantile([4, 1, 3, 2], q)).toBeCloseTo(value, 12);
});

it("orders by number, not by text", () => {
  expect(median([10, 9, 100])).toBe(10);
});

it("refuses an empty list", () => {
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});
