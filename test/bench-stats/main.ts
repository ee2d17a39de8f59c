// How far the statistics of experiments can be trusted: `npm run bench:stats [-- EXPERIMENTS]`. Simulations with fixed
// seeds; docs/experiments.md has the results.
import { afterComparison } from "../../src/llm/canary-rule.ts";
import { bet, anytimeP, NO_BETS } from "../../src/stats/betting.ts";
import { mixTest } from "../../src/stats/jensen-shannon.ts";
import { uniformTest } from "../../src/stats/kolmogorov.ts";
import { mmdTest } from "../../src/stats/mmd.ts";
import { type OutcomeCount, outcomeCusum } from "../../src/stats/outcome-cusum.ts";
import { mcNemarPower } from "../../src/stats/power.ts";
import { seededRandom, type SeededRandom } from "../../src/stats/seeded-random.ts";
import { aCanary, aComparison } from "../llm/canary-fixtures.ts";
import {
  coverageOf,
  familyError,
  foundByMcNemar,
  latencyWorld,
  meanCoverage,
  normal,
  nullPValues,
  shareWorld,
  tokenWorld,
} from "./simulate.ts";

const EXPERIMENTS = Number(process.argv[2] ?? 1000);
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const table = (...head: string[]): void => {
  print(`\n| ${head.join(" | ")} |`);
  print(`|${"---|".repeat(head.length)}`);
};
const row = (...cells: (string | number)[]): boolean =>
  print(`| ${cells.map((cell) => (typeof cell === "number" ? cell.toFixed(3) : cell)).join(" | ")} |`);
const shareOf = (times: number, of: (at: number) => boolean): number =>
  Array.from({ length: times }, (_, at) => of(at)).filter(Boolean).length / times;

table("interval at 95 %, as `experiment report` gives it", "n = 40", "n = 80", "n = 160");
const WORLDS = [
  shareWorld(0.2, 0.1),
  shareWorld(0.1, 0.1),
  shareWorld(0.02, 0.1),
  shareWorld(0.03, 0.03),
  latencyWorld(0.1, 0.8),
  latencyWorld(0, 1.2),
  tokenWorld(500),
];
for (const world of WORLDS) row(world.name, ...[40, 80, 160].map((n) => coverageOf(world, n, EXPERIMENTS, n)));

table("BCa of one mean, for comparison", "n = 40", "n = 80", "n = 160");
const MEANS: readonly [name: string, truth: number, draw: (random: SeededRandom) => number][] = [
  ["share .8", 0.8, (random) => Number(random() < 0.8)],
  ["logarithm of a latency", 0, (random) => normal(random)],
  ["latency itself, log-normal, σ 0.5", Math.exp(0.125), (random) => Math.exp(0.5 * normal(random))],
  ["latency itself, log-normal, σ 1", Math.exp(0.5), (random) => Math.exp(normal(random))],
];
for (const [name, truth, draw] of MEANS)
  row(name, ...[40, 80, 160].map((n) => meanCoverage(truth, draw, { n, experiments: EXPERIMENTS, seed: n })));

table("families of equal, correlated metrics: share with any finding after Holm", "error");
for (const size of [3, 6, 10]) row(`${size} metrics`, familyError(size, EXPERIMENTS, size));

table("power of McNemar's exact test", "formula", "simulated");
const EFFECTS = [
  [{ difference: 0.1, discordant: 0.2 }, 100],
  [{ difference: 0.1, discordant: 0.2 }, 163],
  [{ difference: 0.2, discordant: 0.3 }, 40],
  [{ difference: 0.05, discordant: 0.1 }, 300],
] as const;
for (const [effect, n] of EFFECTS)
  row(
    `difference ${effect.difference}, differing ${effect.discordant}, n = ${n}`,
    mcNemarPower(effect, { n, alpha: 0.05 }),
    foundByMcNemar(effect, n, { experiments: 20 * EXPERIMENTS, seed: n }),
  );

table("p values where nothing differs", "largest gap to uniform", "p (Kolmogorov-Smirnov)");
for (const n of [12, 40]) {
  const { gap, p } = uniformTest(nullPValues(EXPERIMENTS, n, n));
  row(`sign flips, n = ${n}`, gap, p);
}

const RUNS = Math.ceil(EXPERIMENTS / 2);
const cloud = (random: SeededRandom, count: number, centre: number): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: 8 }, (_, at) => (at === 0 ? centre : 0) + normal(random)));
const mixes = (random: SeededRandom, count: number, tilt: number): Map<string, number>[] =>
  Array.from({ length: count }, () => {
    const counts = new Map<string, number>();
    for (let at = 0; at < 6; at++) {
      const name = `t${Math.floor(8 * random() ** (1 + tilt))}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  });
const golden = (random: SeededRandom, runs: number, rate: number): OutcomeCount[] =>
  Array.from({ length: runs }, () => ({
    n: 40,
    wrong: Array.from({ length: 40 }, () => Number(random() < rate)).reduce((sum, one) => sum + one, 0),
  }));
const mmdAlarms = (shift: number): number => {
  const random = seededRandom(5);
  return shareOf(
    RUNS,
    (seed) => mmdTest(cloud(random, 40, 0), cloud(random, 25, shift), { seed, draws: 199 }).p <= 0.05,
  );
};
const mixAlarms = (tilt: number): number => {
  const random = seededRandom(6);
  return shareOf(
    RUNS,
    (seed) => mixTest(mixes(random, 40, 0), mixes(random, 25, tilt), { seed, draws: 199 }).p <= 0.05,
  );
};
const cusumAlarms = (rate: number): number => {
  const random = seededRandom(7);
  return shareOf(
    Math.ceil(RUNS / 2),
    (seed) => outcomeCusum(golden(random, 5, 0.1), golden(random, 20, rate), { seed }).alarmAt !== null,
  );
};
table("drift, alpha .05", "alarms without drift", "alarms with drift", "the drift");
row("MMD, 40 against 25 vectors", mmdAlarms(0), mmdAlarms(1.5), "one of 8 dimensions shifted by 1.5 σ");
row("template mix, 40 against 25", mixAlarms(0), mixAlarms(0.5), "frequent templates about 1.4 times as frequent");
row("CUSUM, 20 runs of 40 golden incidents", cusumAlarms(0.1), cusumAlarms(0.2), "10 → 20 % wrong");

/** Share of canaries that return within so many comparisons, looked at after each; and how many that took. */
function canaryReturns(of: (random: SeededRandom) => Parameters<typeof aComparison>[0], most: number) {
  const random = seededRandom(8);
  const lengths: number[] = [];
  const share = shareOf(RUNS, () => {
    let canary = aCanary({ perStage: 10_000 });
    for (let at = 0; at < most && canary.state === "running"; at++)
      canary = afterComparison(canary, aComparison(of(random)))?.canary ?? canary;
    if (canary.state === "returned") lengths.push(canary.compared);
    return canary.state === "returned";
  });
  const middle = lengths.toSorted((a, b) => a - b)[Math.floor(lengths.length / 2)];
  return [share, middle === undefined ? "-" : String(middle)] as const;
}
table("canary, alpha .05, a look after each of 300 comparisons", "returned", "comparisons, median");
row(
  "at the edge of every margin",
  ...canaryReturns(
    (random) => ({
      bad: random() < 0.05 ? "failed" : null,
      ms: random() < 0.5 ? 119 : 121,
      tokens: random() < 0.5 ? 59 : 61,
    }),
    300,
  ),
);
row("no better, no worse", ...canaryReturns((random) => ({ ms: random() < 0.5 ? 90 : 110 }), 300));
row("20 % of answers fail", ...canaryReturns((random) => ({ bad: random() < 0.2 ? "failed" : null }), 300));
row("slower than the margin in 80 % of pairs", ...canaryReturns((random) => ({ ms: random() < 0.8 ? 150 : 90 }), 300));

const naive = (): number => {
  const random = seededRandom(9);
  return shareOf(RUNS, () => {
    let test = NO_BETS;
    for (let at = 0; at < 300; at++) test = bet(test, random() < 0.5 ? 0.5 : -0.5, 0.5);
    return anytimeP(test) <= 0.05;
  });
};
row("one guardrail alone at alpha .05, no difference", naive(), "");
