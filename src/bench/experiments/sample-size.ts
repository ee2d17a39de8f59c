import { permutationTest } from "../../stats/permutation.ts";
import { casesNeeded, detectableDifference, mcNemarPower, meanPower } from "../../stats/power.ts";
import { seededRandom } from "../../stats/seeded-random.ts";
import { metricOf } from "./metrics.ts";
import type { ExperimentPlan } from "./plan.ts";

/** Effect and spread on the scale of the test: logarithms for a ratio. */
const meanEffect = ({ primary: { metric, effect, sd = 0 } }: ExperimentPlan): { difference: number; sd: number } => ({
  difference: metricOf(metric).unit === "ratio" ? Math.log1p(effect) : effect,
  sd,
});

const SIMULATED = 400;
const DRAWS = 399;

/**
 * Power of the permutation test on two samples of n / 2 cases each that are right or wrong, by simulation: no formula
 * holds for few cases.
 */
export function simulatedPower(base: number, effect: number, n: number, alpha: number, seed: number): number {
  const random = seededRandom(seed);
  const draw = (size: number, rate: number): number[] => Array.from({ length: size }, () => Number(random() < rate));
  const half = Math.floor(n / 2);
  let found = 0;
  for (let at = 0; at < SIMULATED; at++) {
    const [a, b] = [draw(half, base), draw(n - half, Math.min(1, Math.max(0, base + effect)))];
    if (permutationTest(a, b, { seed: seed + at, draws: DRAWS }) <= alpha) found++;
  }
  return found / SIMULATED;
}

/** The standard deviation of b − a over cases, each in one arm, as if every pair were of two cases. */
function unpairedSpread(base: number, effect: number): number {
  const other = Math.min(1, Math.max(0, base + effect));
  return Math.sqrt(2 * (base * (1 - base) + other * (1 - other)));
}

/** The power that n cases give a plan. `how`: the method, in words. */
export function powerOf(plan: ExperimentPlan, n: number): { power: number; how: string } {
  const { primary, assignment, alpha } = plan;
  const { effect, discordant = 1, base = 0.5 } = primary;
  const test = { n, alpha };
  if (metricOf(primary.metric).unit === "share") {
    return assignment.kind === "paired"
      ? { power: mcNemarPower({ difference: effect, discordant }, test), how: "McNemar's exact test, summed exactly" }
      : {
          power: simulatedPower(base, effect, n, alpha, assignment.seed),
          how: `permutation test, ${SIMULATED} simulated experiments`,
        };
  }
  const { difference, sd } = meanEffect(plan);
  // half of the cases in each arm: the difference of two means varies as one of twice the spread
  const spread = assignment.kind === "paired" ? sd : 2 * sd;
  return { power: meanPower({ difference, sd: spread }, test), how: "normal approximation" };
}

/** `needed`: null if more than any suite has. `power`: with the cases that there are. */
export type SampleSize = { needed: number | null; available: number; power: number; how: string };

/** How many cases a plan needs, and what those that there are can show. */
export function sampleSize(plan: ExperimentPlan, available: number): SampleSize {
  const { primary, assignment, alpha } = plan;
  const isSimulated = metricOf(primary.metric).unit === "share" && assignment.kind === "randomised";
  const { effect, base = 0.5 } = primary;
  const rough = (n: number): number =>
    meanPower({ difference: effect, sd: unpairedSpread(base, effect) }, { n, alpha });
  const needed = isSimulated
    ? fromRough(casesNeeded(rough, plan.power), (n) => powerOf(plan, n).power >= plan.power)
    : casesNeeded((n) => powerOf(plan, n).power, plan.power);
  return { needed, available, ...powerOf(plan, available) };
}

const STEPS = 40;

/** The first size, from a little below the formula's upwards, that does in simulation too. */
function fromRough(rough: number | null, isEnough: (n: number) => boolean): number | null {
  if (rough === null) return null;
  for (let step = 0; step < STEPS; step++) {
    const n = Math.ceil(rough * (0.95 + 0.03 * step));
    if (isEnough(n)) return n;
  }
  return null;
}

/** The smallest difference that these cases could show; null for a metric without a formula, and if there is none. */
export function smallestEffect(plan: ExperimentPlan, n: number, discordant: number | null): number | null {
  const { primary, assignment, alpha, power } = plan;
  if (metricOf(primary.metric).unit !== "share" || assignment.kind !== "paired" || n === 0) return null;
  return detectableDifference(discordant ?? primary.discordant ?? 1, { n, alpha }, power);
}
