// Simulations of the statistics of experiments. The quick test runs them small, `npm run bench:stats` long.
import { compareMetric } from "../../src/bench/experiments/compare-metric.ts";
import { metricOf } from "../../src/bench/experiments/metrics.ts";
import { bcaInterval, bcaOfMean } from "../../src/stats/bca.ts";
import { holm } from "../../src/stats/holm.ts";
import { mcNemar } from "../../src/stats/mcnemar.ts";
import { normalQuantile } from "../../src/stats/normal.ts";
import { signFlipTest } from "../../src/stats/permutation.ts";
import { seededRandom, type SeededRandom } from "../../src/stats/seeded-random.ts";

/** A standard normal value. */
export const normal = (random: SeededRandom): number => normalQuantile(Math.min(1 - 1e-9, Math.max(1e-9, random())));

/** One case of a paired experiment. */
type DrawPair = (random: SeededRandom) => readonly [a: number, b: number];
/** A population of pairs. `truth`: the difference as `compareMetric` states it. */
export type PairWorld = { name: string; metric: string; truth: number; draw: DrawPair };

/** Right on both sides, on one, or on none. */
export const shareWorld = (onlyA: number, onlyB: number): PairWorld => ({
  name: `right on one side only: a ${onlyA}, b ${onlyB}`,
  metric: "AC@1",
  truth: onlyB - onlyA,
  draw: (random) => {
    const at = random();
    return at < onlyA ? [1, 0] : at < onlyA + onlyB ? [0, 1] : at < (1 + onlyA + onlyB) / 2 ? [1, 1] : [0, 0];
  },
});

/** Latencies with a long tail that both sides share in part; b is slower by `ratio`. */
export const latencyWorld = (ratio: number, spread: number): PairWorld => ({
  name: `log-normal latency, σ ${spread}, b slower by ${Math.round(100 * ratio)} %`,
  metric: "latency",
  truth: ratio,
  draw: (random) => {
    const own = normal(random) * spread;
    const [ofA, ofB] = [normal(random), normal(random)].map((noise) => noise * spread * 0.5);
    return [800 * Math.exp(own + (ofA ?? 0)), 800 * (1 + ratio) * Math.exp(own + (ofB ?? 0))];
  },
});

/** Tokens: skewed, and b needs so many more. */
export const tokenWorld = (more: number): PairWorld => ({
  name: `tokens, log-normal, σ 0.4, b needs ${more} more`,
  metric: "tokens",
  truth: more,
  draw: (random) => {
    const own = normal(random) * 0.4;
    const [ofA, ofB] = [normal(random), normal(random)].map((noise) => 3000 * Math.exp(own + noise * 0.2));
    return [ofA ?? 0, (ofB ?? 0) + more];
  },
});

/** Share of experiments whose 95 % interval holds the true difference, as `compareMetric` gives the interval. */
export function coverageOf({ metric, truth, draw }: PairWorld, n: number, experiments: number, seed: number): number {
  const random = seededRandom(seed);
  let held = 0;
  for (let at = 0; at < experiments; at++) {
    const pairs = Array.from({ length: n }, () => draw(random));
    const result = compareMetric(metricOf(metric), { kind: "paired", pairs }, { seed: seed + at, alpha: 0.05 });
    if (result !== null && result.low <= truth + 1e-9 && truth - 1e-9 <= result.high) held++;
  }
  return held / experiments;
}

/** The same for the mean of one sample by BCa alone. */
export function meanCoverage(
  truth: number,
  draw: (random: SeededRandom) => number,
  { n, experiments, seed, resamples = 2000 }: { n: number; experiments: number; seed: number; resamples?: number },
): number {
  const random = seededRandom(seed);
  let held = 0;
  for (let at = 0; at < experiments; at++) {
    const values = Array.from({ length: n }, () => draw(random));
    const { low, high } = bcaInterval(bcaOfMean(values, { seed: seed + at, resamples }));
    if (low <= truth + 1e-9 && truth - 1e-9 <= high) held++;
  }
  return held / experiments;
}

/** Share of families of true null hypotheses in which Holm's correction still finds something. */
export function familyError(size: number, families: number, seed: number): number {
  const random = seededRandom(seed);
  let wrong = 0;
  for (let at = 0; at < families; at++) {
    // one shared part, as metrics of the same cases have
    const shared = Array.from({ length: 40 }, () => normal(random));
    const ps = Array.from({ length: size }, (_, of) =>
      signFlipTest(
        shared.map((one) => 0.6 * one + normal(random)),
        { seed: seed + at * size + of, draws: 999 },
      ),
    );
    if (holm(ps).some((p) => p < 0.05)) wrong++;
  }
  return wrong / families;
}

/** Share of simulated experiments that McNemar's exact test finds. */
export function foundByMcNemar(
  { difference, discordant }: { difference: number; discordant: number },
  n: number,
  { experiments, seed, alpha = 0.05 }: { experiments: number; seed: number; alpha?: number },
): number {
  const random = seededRandom(seed);
  const towardsB = (discordant + difference) / 2;
  let found = 0;
  for (let at = 0; at < experiments; at++) {
    let [onlyA, onlyB] = [0, 0];
    for (let one = 0; one < n; one++) {
      const drawn = random();
      if (drawn < towardsB) onlyB++;
      else if (drawn < discordant) onlyA++;
    }
    if (mcNemar(onlyA, onlyB) <= alpha) found++;
  }
  return found / experiments;
}

/** P values of sign-flip tests where nothing differs. */
export function nullPValues(count: number, n: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, at) =>
    signFlipTest(
      Array.from({ length: n }, () => normal(random) ** 3),
      { seed: seed + at, draws: 999 },
    ),
  );
}
