import { expect, it } from "vitest";
import { logChiSquaredTail, logGamma } from "../../src/stats/chi-squared.ts";

it.each([
  [3.841, 1, 0.05],
  [6.635, 1, 0.01],
  [5.991, 2, 0.05],
  [18.307, 10, 0.05],
  [0.45494, 1, 0.5],
])("gives χ² = %d with %d degrees of freedom a tail of %d", (x, df, tail) =>
  expect(Math.exp(logChiSquaredTail(x, df))).toBeCloseTo(tail, 4),
);
it("stays exact where the probability itself underflows", () => {
  expect(logChiSquaredTail(5000, 1)).toBeCloseTo(-2504.5, 0);
});
it("gives probability 1 for x = 0", () => expect(logChiSquaredTail(0, 3)).toBe(0));
it("computes the gamma function at 5 and at one half", () => {
  expect(logGamma(5)).toBeCloseTo(Math.log(24), 10);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 10);
});
