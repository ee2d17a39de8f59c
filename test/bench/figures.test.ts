import { expect, it } from "vitest";
import { areaUnderRoc, brier, errorByChance, expectedCalibrationError, proportion } from "../../src/bench/figures.ts";

const stated = (...pairs: [confidence: number, hit: number][]) =>
  pairs.map(([confidence, hit]) => ({ confidence, hit }));

it("leaves values that could not be judged out of a proportion", () => {
  expect(proportion([1, null, 0, null])).toMatchObject({ value: 0.5, n: 2 });
  expect(proportion([null])).toEqual({ value: null, n: 0, low: null, high: null });
});
it("gives a constant confidence of one half the Brier score of a coin", () => {
  expect(brier(stated([0.5, 1], [0.5, 0])).value).toBe(0.25);
  expect(expectedCalibrationError(stated([0.5, 1], [0.5, 0])).value).toBe(0);
  expect(areaUnderRoc(stated([0.5, 1], [0.5, 0])).value).toBe(0.5);
});
it("measures how far the confidence of a bin is from its accuracy", () => {
  expect(expectedCalibrationError(stated([1, 1], [1, 0], [0.05, 0], [0.05, 0])).value).toBeCloseTo(
    0.5 * 0.5 + 0.5 * 0.05,
    12,
  );
});
it("gives no AUROC when every case is right", () => {
  expect(areaUnderRoc(stated([0.9, 1])).value).toBeNull();
  expect(areaUnderRoc(stated([0.9, 1], [0.1, 0])).value).toBe(1);
});

it("estimates the error of a perfect confidence by chance, smaller for more cases", () => {
  const stated = (n: number) => Array.from({ length: n }, (_, at) => ({ confidence: 0.5 + (at % 5) / 10, hit: 1 }));
  const [few, many] = [errorByChance(stated(20)), errorByChance(stated(2000))];
  expect(few?.mean).toBeGreaterThan(0.08);
  expect(many?.mean).toBeLessThan(0.03);
  expect(few?.high).toBeGreaterThan(few?.mean ?? 0);
  expect(errorByChance(stated(20))).toEqual(few);
  expect(errorByChance([])).toBeNull();
  expect(errorByChance([{ confidence: 1, hit: 0 }])?.mean).toBe(0);
});
