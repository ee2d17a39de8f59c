import { expect, it } from "vitest";
import { variationsOf, hasIdleSeeds } from "../../src/cli/commands/bench/options.ts";
import { spread } from "../../src/bench/print-seeds.ts";

it("computes the standard deviation of a sample by hand", () => {
  expect(spread([0.8, 0.9, 1])).toBeCloseTo(0.1, 12);
  expect(spread([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
  expect(spread([1])).toBeNull();
});

it("gives a run to each seed only where something is random: a jitter, or a model", () => {
  const seed = [1, 2, 3];
  const jitter = [{ fromS: 0, toS: 90 }];
  const seedsOf = (...options: Parameters<typeof variationsOf>) =>
    variationsOf(...options).map(({ jitter: one, modelSeed }) => [one?.seed ?? null, modelSeed]);
  expect(seedsOf({ seed }, false)).toEqual([[null, null]]);
  expect(hasIdleSeeds({ seed }, false)).toBe(true);
  expect(hasIdleSeeds({ seed: [1] }, false)).toBe(false);
  expect(seedsOf({ seed }, true)).toEqual([1, 2, 3].map((n) => [null, n]));
  expect(seedsOf({ seed, jitter }, false)).toEqual([1, 2, 3].map((n) => [n, null]));
  expect(seedsOf({ seed, jitter }, true)).toEqual([1, 2, 3].map((n) => [n, n]));
  expect(seedsOf({ jitter }, true)).toEqual([[1, null]]);
});
