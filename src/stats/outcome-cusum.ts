import { quantileOf, sorted } from "./quantile.ts";
import { seededRandom } from "./seeded-random.ts";

/** One run of a set of cases. `wrong`: how many of `n` were wrong. */
export type OutcomeCount = { wrong: number; n: number };
/**
 * `sums`: after each run. `limit`: a sum above it is an alarm. `alarmAt`: index of the first one; null if there is none.
 * `beganAt`: index of the run with which the sum last left 0.
 */
export type OutcomeCusum = { sums: number[]; limit: number; alarmAt: number | null; beganAt: number | null };

/** The evidence of one run for odds that are `worse` times as high. */
const scoreOf = ({ wrong, n }: OutcomeCount, rate: number, worse: number): number =>
  wrong * Math.log(worse) - n * Math.log(1 + rate * (worse - 1));

function sumsOf(runs: readonly OutcomeCount[], rate: number, worse: number): number[] {
  let sum = 0;
  return runs.map((run) => (sum = Math.max(0, sum + scoreOf(run, rate, worse))));
}

/** A rate of 0 or 1 from few cases is not certain: half a case is added (Jeffreys). */
const rateOf = (runs: readonly OutcomeCount[]): number => {
  const n = runs.reduce((sum, run) => sum + run.n, 0);
  return (runs.reduce((sum, { wrong }) => sum + wrong, 0) + 0.5) / (n + 1);
};

const SIMULATED = 2000;

/**
 * Finds a lasting rise of the share of wrong cases over successive runs, by a CUSUM of log-likelihood ratios. The
 * limit is simulated: without a rise, a series as long as this one exceeds it with probability at most `alpha`. The
 * simulation draws the reference again as well, so that the error of a short reference is in the limit.
 *
 * @param reference runs from before. @param runs in time order. @param worse the rise to look for: odds ratio > 1.
 * @see Page 1954; Steiner, Cook, Farewell & Treasure, Monitoring surgical performance using risk-adjusted cumulative sum
 *   charts, Biostatistics 2000.
 */
export function outcomeCusum(
  reference: readonly OutcomeCount[],
  runs: readonly OutcomeCount[],
  { alpha = 0.05, worse = 2, seed = 1 }: { alpha?: number; worse?: number; seed?: number } = {},
): OutcomeCusum {
  const random = seededRandom(seed);
  const drawn = (sizes: readonly OutcomeCount[], rate: number): OutcomeCount[] =>
    sizes.map(({ n }) => {
      let wrong = 0;
      for (let at = 0; at < n; at++) if (random() < rate) wrong++;
      return { wrong, n };
    });
  const rate = rateOf(reference);
  const peaks = sorted(
    Array.from({ length: SIMULATED }, () => {
      // the reference is drawn again too: its rate is an estimate
      const estimated = rateOf(drawn(reference, rate));
      return Math.max(0, ...sumsOf(drawn(runs, rate), estimated, worse));
    }),
  );
  const limit = peaks.length === 0 ? 0 : quantileOf(peaks, 1 - alpha);
  const sums = sumsOf(runs, rate, worse);
  const at = sums.findIndex((sum) => sum > limit + 1e-9);
  const alarmAt = at < 0 ? null : at;
  return { sums, limit, alarmAt, beganAt: alarmAt === null ? null : sums.lastIndexOf(0, alarmAt) + 1 };
}
