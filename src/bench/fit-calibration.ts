import { type Calibration, confidenceOf } from "../rca/confidence.ts";
import { type ConfidenceFeatures, FEATURES, SIGN_OF } from "../rca/confidence-features.ts";
import { mean } from "../stats/mean.ts";
import { fitLogistic } from "../stats/logistic.ts";

/** Shrinks weights; a case weighs about 1. Squared log-odds. */
const RIDGE = 0.3;
/** The discounts to try for each source that was not read, ascending. Each lowers the confidence a little. Log-odds. */
const DISCOUNTS = Array.from({ length: 19 }, (_, step) => (step + 2) / 20);
/** Share of cases at each end of a feature that counts as unknown: single cases prove nothing. */
const RARE = 0.02;

/**
 * Exponent that reduces the weight of the cases of large systems: at 0, all cases weigh the same; at 1, all systems.
 */
const DAMPING = 0.5;

type FeatureName = keyof ConfidenceFeatures;
/** The features whose weights are fitted together. The discount for unread sources is searched separately. */
const FITTED = FEATURES.filter((name): name is Exclude<FeatureName, "unread"> => name !== "unread");

/**
 * A labelled case, as recorded or `without` a signal. `truth`: the entity at fault; null where nothing is wrong. `hit`:
 * AC@1; 0 where nothing is wrong. `unproven`: no cause is named at any confidence.
 */
export type Labelled = {
  suite: string;
  system: string;
  id: string;
  truth: string | null;
  features: ConfidenceFeatures;
  unproven: boolean;
  hit: number;
  without: string | null;
};
type Fit = Omit<Calibration, "minConfidence">;

/** Identifies a recording, whatever signal was removed from it. */
export const caseKey = ({ suite, id }: Pick<Labelled, "suite" | "id">): string => `${suite}\u0000${id}`;

/**
 * Fits the probability. All features but `unread` are fitted on the cases as recorded, because the confidence is meant
 * for these. The discount for each source that was not read is the one that best predicts the same cases with a signal
 * removed, among those discounts for which no suite gains confidence by losing a signal, on average over its signals.
 * If there is no such discount, it is the largest.
 *
 * @throws {RangeError} on no cases as recorded.
 */
export function fitCalibration(cases: readonly Labelled[]): Fit {
  const full = cases.filter(({ without }) => without === null);
  const less = cases.filter(({ without }) => without !== null);
  const tried = (less.length === 0 ? [0] : DISCOUNTS).map((discount) => {
    const fit = fitDiscounted(full, discount);
    return { fit, misfit: misfit(fit, less) };
  });
  const humble = tried.filter(({ fit }) => !losingPays(fit, full, less));
  return (humble.length > 0 ? humble : tried.slice(-1)).reduce((best, one) => (one.misfit < best.misfit ? one : best))
    .fit;
}

/** True if the cases of a suite gain confidence on average when a signal is removed. */
function losingPays(fit: Fit, full: readonly Labelled[], less: readonly Labelled[]): boolean {
  const sure = ({ features }: Labelled): number => confidenceOf(features, { ...fit, minConfidence: 0 });
  const recorded = new Map(full.map((one) => [caseKey(one), sure(one)]));
  const gains = Map.groupBy(less, ({ suite }) => suite);
  return [...gains.values()].some(
    (lost) => lost.reduce((sum, one) => sum + sure(one) - (recorded.get(caseKey(one)) ?? 0), 0) > 0,
  );
}

const rounded = (value: number): number => Number(value.toFixed(4));

/**
 * Fits and drops features with a weight of the wrong sign, the worst first: losing support must never raise the
 * confidence.
 */
function fitDiscounted(cases: readonly Labelled[], discount: number): Fit {
  const weightOf = systemWeights(cases);
  let used: readonly (typeof FITTED)[number][] = FITTED;
  for (;;) {
    const { bias, weights } = fitLogistic(
      cases.map(({ features }) => used.map((name) => features[name])),
      cases.map(({ hit }) => hit),
      {
        ridge: RIDGE,
        caseWeights: cases.map(weightOf),
        offsets: cases.map(({ features }) => -discount * features.unread),
      },
    );
    const wrong = used
      .map((name, at) => ({ name, value: (weights[at] ?? 0) * SIGN_OF[name] }))
      .filter(({ value }) => value < 0)
      .toSorted((a, b) => a.value - b.value)[0];
    if (wrong === undefined) {
      const of = (name: (typeof FITTED)[number]): number => rounded(weights[used.indexOf(name)] ?? 0);
      const fitted = Object.fromEntries(FITTED.map((name) => [name, of(name)])) as Omit<ConfidenceFeatures, "unread">;
      return {
        bias: rounded(bias),
        weights: { ...fitted, unread: 0 - discount },
        baseRate: rounded(meanOfSystems(cases)),
        known: knownRanges(cases),
      };
    }
    used = used.filter((name) => name !== wrong.name);
  }
}

/** For each feature, the range of nearly all fitted cases, each system alike. */
function knownRanges(cases: readonly Labelled[]): Calibration["known"] {
  const bySystem = [...Map.groupBy(cases, ({ system }) => system).values()];
  const rangeOf = (name: FeatureName): number[] => {
    const values = bySystem
      .flatMap((of) => of.map(({ features }) => ({ value: features[name], weight: 1 / of.length / bySystem.length })))
      .toSorted((one, other) => one.value - other.value);
    return [rounded(firstBeyond(values, RARE)), rounded(firstBeyond(values.toReversed(), RARE))];
  };
  return Object.fromEntries(FEATURES.map((name) => [name, rangeOf(name)])) as Record<FeatureName, number[]>;
}

/** The first value at which the weights so far exceed `share`; weights sum to 1. */
function firstBeyond(values: readonly { value: number; weight: number }[], share: number): number {
  let sum = 0;
  return values.find(({ weight }) => (sum += weight) > share)?.value ?? 0;
}

/** The share of right cases, each system alike: what is known of a system that nobody has seen. */
function meanOfSystems(cases: readonly Labelled[]): number {
  const bySystem = [...Map.groupBy(cases, ({ system }) => system).values()];
  return mean(bySystem.map((of) => mean(of.map(({ hit }) => hit)) ?? 0)) ?? 0;
}

/**
 * A system of n cases weighs √n, so that neither large nor small systems dominate. The mean weight of a case is
 * about 1.
 */
function systemWeights(cases: readonly Labelled[]): (one: Labelled) => number {
  const sizes = new Map([...Map.groupBy(cases, ({ system }) => system)].map(([system, of]) => [system, of.length]));
  return ({ system }) => (cases.length / sizes.size / (sizes.get(system) ?? 1)) ** DAMPING;
}

/** The negative log-likelihood. A recording counts once, however many signals were removed from it in turn. */
function misfit(fit: Fit, cases: readonly Labelled[]): number {
  const times = new Map([...Map.groupBy(cases, caseKey)].map(([key, of]) => [key, of.length]));
  return cases.reduce((sum, one) => {
    const p = confidenceOf(one.features, { ...fit, minConfidence: 0 });
    return sum - (one.hit * Math.log(p) + (1 - one.hit) * Math.log(1 - p)) / (times.get(caseKey(one)) ?? 1);
  }, 0);
}
