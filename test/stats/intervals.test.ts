import { expect, it } from "vitest";
import { bcaInterval, bcaOfMean, bcaOfStatistic, bcaOfTwoMeans, bcaTail } from "../../src/stats/bca.ts";
import { binomialUpTo, fisherTail } from "../../src/stats/binomial.ts";
import { cohensKappa } from "../../src/stats/kappa.ts";
import { mean } from "../../src/stats/mean.ts";
import { normalCdf, normalQuantile } from "../../src/stats/normal.ts";
import { permutationTest, signFlipTest } from "../../src/stats/permutation.ts";
import { casesNeeded, detectableDifference, mcNemarPower, meanPower } from "../../src/stats/power.ts";
import { tangoInterval, tangoTail } from "../../src/stats/tango.ts";

it.each([
  [0.975, 1.959963984540054],
  [0.5, 0],
  [1e-6, -4.753424308822899],
  [0.01, -2.326347874040841],
])("knows the normal quantile of %d", (p, z) => {
  expect(normalQuantile(p)).toBeCloseTo(z, 9);
  expect(normalCdf(z)).toBeCloseTo(p, 9);
});
it("refuses the quantile of what is no probability", () => {
  expect(() => normalQuantile(1.1)).toThrow(RangeError);
});

it("moves an interval of a skewed sample towards its long tail", () => {
  const skewed = [1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 9, 14, 30];
  const { low, high } = bcaInterval(bcaOfMean(skewed, { seed: 1 }));
  const centre = mean(skewed) ?? 0;
  expect(high - centre).toBeGreaterThan(1.5 * (centre - low));
});
it("gives a constant sample an interval of one point", () => {
  expect(bcaInterval(bcaOfMean([3, 3, 3], { seed: 1 }))).toEqual({ low: 3, high: 3 });
});
it("refuses an empty sample", () => {
  expect(() => bcaOfMean([], { seed: 1 })).toThrow(RangeError);
});
it("has a one-sided p of .025 at the limit of the 95 % interval", () => {
  const distribution = bcaOfMean([4, 7, 1, 9, 3, 8, 6, 2, 12, 5], { seed: 2 });
  expect(bcaTail(distribution, bcaInterval(distribution).low)).toBeCloseTo(0.025, 2);
  expect(bcaTail(distribution, bcaInterval(distribution).high)).toBeCloseTo(0.975, 2);
});
it("has no interval at zero width for two samples that differ by chance", () => {
  const { low, high } = bcaInterval(bcaOfTwoMeans([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 7], { seed: 3 }));
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(2);
});
it("resamples any statistic, and refuses one that is not defined", () => {
  const pairs = Array.from({ length: 40 }, (_, at) => [at % 2 === 0 ? "a" : "b", at % 10 === 0 || at % 2 ? "b" : "a"]);
  const kappa = bcaOfStatistic(pairs as [string, string][], cohensKappa, { seed: 4, resamples: 500 });
  const { low, high } = bcaInterval(kappa);
  expect(low).toBeLessThan(kappa.estimate);
  expect(high).toBeGreaterThan(kappa.estimate);
  expect(() => bcaOfStatistic([["a", "a"]] as [string, string][], cohensKappa, { seed: 4 })).toThrow(RangeError);
});

it("bounds a difference although no pair differs", () => {
  const z2 = 1.959963984540054 ** 2;
  const { low, high } = tangoInterval({ onlyA: 0, onlyB: 0, n: 50 });
  expect(high).toBeCloseTo(z2 / (50 + z2), 6); // closed form without differing pairs
  expect(low).toBeCloseTo(-high, 6);
});
it("is symmetric in the two sides, and agrees with its p value", () => {
  const [up, down] = [tangoInterval({ onlyA: 2, onlyB: 7, n: 60 }), tangoInterval({ onlyA: 7, onlyB: 2, n: 60 })];
  expect(up.low).toBeCloseTo(-down.high, 6);
  expect(tangoTail({ onlyA: 2, onlyB: 7, n: 60 }, up.low)).toBeCloseTo(0.025, 6);
});

it("finds no difference without one, and the exact share of sign patterns otherwise", () => {
  expect(signFlipTest([0, 0, 0], { seed: 1 })).toBe(1);
  expect(signFlipTest([1, 2, 3, 4, 5, 6, 7, 8], { seed: 1 })).toBeCloseTo(2 / 2 ** 8, 2);
});
it("compares two samples by divisions", () => {
  expect(permutationTest([1, 2, 3, 4], [11, 12, 13, 14], { seed: 1 })).toBeCloseTo(2 / 70, 2);
  expect(permutationTest([], [1], { seed: 1 })).toBe(1);
});

it("knows Fisher's lady tasting tea", () => {
  expect(fisherTail({ hits: 1, n: 4 }, { hits: 3, n: 4 })).toBeCloseTo(17 / 70, 12);
  expect(binomialUpTo(2, 4, 0.5)).toBeCloseTo(11 / 16, 12);
});

it("knows the agreement of two raters", () => {
  const table = [
    ["yes", "yes", 20],
    ["yes", "no", 5],
    ["no", "yes", 10],
    ["no", "no", 15],
  ] as const;
  const pairs = table.flatMap(([a, b, count]) => Array.from({ length: count }, () => [a, b] as const));
  expect(cohensKappa(pairs)).toBeCloseTo(0.4, 12);
  expect(cohensKappa([])).toBeNull();
  expect(cohensKappa([["yes", "yes"]])).toBeNull();
});

it("sums the power of McNemar's test exactly", () => {
  // six pairs, all differing, all towards b: p = 2 / 2⁶ = .03125 is significant; five of six are not
  expect(mcNemarPower({ difference: 1, discordant: 1 }, { n: 6, alpha: 0.05 })).toBeCloseTo(1, 9);
  expect(mcNemarPower({ difference: 0.8, discordant: 1 }, { n: 6, alpha: 0.05 })).toBeCloseTo(0.9 ** 6 + 0.1 ** 6, 9);
  expect(mcNemarPower({ difference: 1, discordant: 1 }, { n: 5, alpha: 0.05 })).toBe(0);
});
it("finds the fewest cases, and nothing where no number is enough", () => {
  const wanted = (n: number): number => meanPower({ difference: 0.5, sd: 1 }, { n, alpha: 0.05 });
  expect(casesNeeded(wanted, 0.8)).toBe(32); // (1.96 + 0.84)² / 0.5² = 31.4
  expect(casesNeeded(() => 0.1, 0.8)).toBeNull();
});
it("says which difference some cases can show", () => {
  const least = detectableDifference(0.3, { n: 100, alpha: 0.05 }, 0.8) ?? 0;
  expect(mcNemarPower({ difference: least, discordant: 0.3 }, { n: 100, alpha: 0.05 })).toBeGreaterThanOrEqual(0.8);
  expect(mcNemarPower({ difference: least - 0.01, discordant: 0.3 }, { n: 100, alpha: 0.05 })).toBeLessThan(0.8);
  expect(detectableDifference(0.1, { n: 10, alpha: 0.05 }, 0.8)).toBeNull();
});
