import { expect, it } from "vitest";
import { autocorrelation } from "../../src/stats/autocorrelation.ts";

const wave = Array.from({ length: 48 }, (_, at) => Math.sin((2 * Math.PI * at) / 12));

it("is one after a whole period, and minus one after half of it", () => {
  expect(autocorrelation(wave, 12)).toBeCloseTo(1);
  expect(autocorrelation(wave, 6)).toBeCloseTo(-1);
});

it("leaves out pairs with a missing value", () => {
  expect(
    autocorrelation(
      wave.map((value, at) => (at % 5 === 0 ? Number.NaN : value)),
      12,
    ),
  ).toBeCloseTo(1);
});

it("is zero for a constant series, or for too few values", () => {
  expect(autocorrelation([3, 3, 3, 3, 3, 3], 1)).toBe(0);
  expect(autocorrelation([1, 2, 3], 1)).toBe(0);
  expect(autocorrelation([], 1)).toBe(0);
});
