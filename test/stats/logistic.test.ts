import fc from "fast-check";
import { expect, it } from "vitest";
import { fitLogistic, logOddsOf, sigmoid } from "../../src/stats/logistic.ts";

const probability = (fit: ReturnType<typeof fitLogistic>, row: number[]) => sigmoid(logOddsOf(fit, row));

it("finds the log-odds of two groups: 1 of 4 and 3 of 4", () => {
  const rows = [[0], [0], [0], [0], [1], [1], [1], [1]];
  const { bias, weights } = fitLogistic(rows, [1, 0, 0, 0, 1, 1, 1, 0], { ridge: 1e-9 });
  expect(bias).toBeCloseTo(Math.log(1 / 3), 6);
  expect(weights).toEqual([expect.closeTo(2 * Math.log(3), 6)]);
});

it("stays finite for separable outcomes, with larger weights for a smaller ridge", () => {
  const sure = (ridge: number) => probability(fitLogistic([[0], [1]], [0, 1], { ridge }), [1]);
  expect(sure(1)).toBeLessThan(sure(0.01));
  expect(sure(0.01)).toBeLessThan(1);
});

it("predicts the observed mean, even with duplicate columns", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(0, 1)), {
        minLength: 2,
        maxLength: 40,
      }),
      (drawn) => {
        const rows = drawn.map(([x]) => [x, x]);
        const outcomes = drawn.map(([, y]) => y);
        const fit = fitLogistic(rows, outcomes, { ridge: 1 });
        const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(mean(rows.map((row) => probability(fit, row)))).toBeCloseTo(mean(outcomes), 3);
      },
    ),
    { seed: 3, numRuns: 100 },
  );
});

it("treats a case weight like repeated cases", () => {
  const [twice, heavy] = [
    fitLogistic([[0], [1], [1]], [0, 1, 1], { ridge: 1 }),
    fitLogistic([[0], [1]], [0, 1], { ridge: 1, caseWeights: [1, 2] }),
  ];
  expect(heavy.bias).toBeCloseTo(twice.bias, 9);
  expect(heavy.weights[0]).toBeCloseTo(twice.weights[0] ?? Number.NaN, 9);
});

it("refuses an empty table", () => {
  expect(() => fitLogistic([], [], { ridge: 1 })).toThrow(RangeError);
});
