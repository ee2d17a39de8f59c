import { expect, it } from "vitest";
import { uniformTest } from "../../src/stats/kolmogorov.ts";
import { mcNemarPower } from "../../src/stats/power.ts";
import {
  coverageOf,
  familyError,
  foundByMcNemar,
  latencyWorld,
  nullPValues,
  shareWorld,
} from "../bench-stats/simulate.ts";

// Small simulations with fixed seeds. `npm run bench:stats` runs the long ones (docs/experiments.md).

it("covers the true difference of two shares about 95 times in 100", () => {
  const coverage = coverageOf(shareWorld(0.2, 0.1), 60, 150, 11);
  expect(coverage).toBeGreaterThan(0.9);
  expect(coverage).toBeLessThan(0.995);
});

it("covers the true ratio of skewed latencies about 95 times in 100", () => {
  const coverage = coverageOf(latencyWorld(0.1, 0.8), 30, 80, 12);
  expect(coverage).toBeGreaterThan(0.88);
  expect(coverage).toBeLessThan(1);
});

it("finds something in at most one of twenty families of equal metrics", () => {
  expect(familyError(4, 200, 13)).toBeLessThanOrEqual(0.08); // 200 families: two standard errors above .05
});

it.each([
  [{ difference: 0.1, discordant: 0.2 }, 100],
  [{ difference: 0.2, discordant: 0.3 }, 40],
])("computes the power that simulated experiments %j of %d cases have", (effect, n) => {
  const simulated = foundByMcNemar(effect, n, { experiments: 4000, seed: 14 });
  expect(Math.abs(mcNemarPower(effect, { n, alpha: 0.05 }) - simulated)).toBeLessThan(0.025);
});

it("gives uniform p values where nothing differs", () => {
  expect(uniformTest(nullPValues(300, 20, 15)).p).toBeGreaterThan(0.01);
});
