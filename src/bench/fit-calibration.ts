import { type Calibration, confidenceOf, FEATURES, type ConfidenceFeatures } from "../rca/confidence.ts";
import { fitLogistic } from "../stats/logistic.ts";

/** Shrinks weights; a case weighs about 1. Squared log-odds. */
const RIDGE = 1;
/** The discounts to try for each source that was not read, ascending. Log-odds. */
const DISCOUNTS = Array.from({ length: 21 }, (_, step) => step / 20);

/** A case with a known answer, as recorded or `without` a signal. `truth`: the entity at fault. `hit`: AC@1. */
export type Labelled = {
  suite: string;
  id: string;
  truth: string;
  features: ConfidenceFeatures;
  hit: number;
  without: string | null;
};
type Fit = Omit<Calibration, "minConfidence">;

/** Identifies a recording, whatever signal was removed from it. */
export const caseKey = ({ suite, id }: Pick<Labelled, "suite" | "id">): string => `${suite}\u0000${id}`;

/**
 * Fits the probability. Lead and votes are fitted on the cases as recorded, because the confidence is meant for these.
 * The discount for each source that was not read is the one that best predicts the same cases with a signal removed,
 * among those discounts for which no suite gains confidence by losing a signal. If there is no such discount, it is the
 * largest.
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

/** True if the cases of a suite gain confidence, on average, when a signal is removed. */
function losingPays(fit: Fit, full: readonly Labelled[], less: readonly Labelled[]): boolean {
  const sure = ({ features }: Labelled): number => confidenceOf(features, { ...fit, minConfidence: 0 });
  const recorded = new Map(full.map((one) => [caseKey(one), sure(one)]));
  const gains = Map.groupBy(less, ({ suite, without }) => `${suite}\u0000${without}`);
  return [...gains.values()].some(
    (lost) => lost.reduce((sum, one) => sum + sure(one) - (recorded.get(caseKey(one)) ?? 0), 0) > 0,
  );
}

/** Drops features with a negative weight: losing support must never raise the confidence. */
function fitDiscounted(cases: readonly Labelled[], discount: number): Fit {
  const weightOf = suiteWeights(cases);
  let used = FEATURES.filter((name) => name !== "unread");
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
    const kept = used.filter((_, at) => (weights[at] ?? 0) >= 0);
    if (kept.length === used.length) {
      const of = (name: "lead" | "votes"): number => Number((weights[used.indexOf(name)] ?? 0).toFixed(4));
      return { bias: Number(bias.toFixed(4)), weights: { lead: of("lead"), votes: of("votes"), unread: 0 - discount } };
    }
    used = kept;
  }
}

/**
 * Weights a suite by the square root of its size, so that neither large nor small suites dominate. The mean is about 1.
 */
function suiteWeights(cases: readonly Labelled[]): (one: Labelled) => number {
  const sizes = new Map([...Map.groupBy(cases, ({ suite }) => suite)].map(([suite, of]) => [suite, of.length]));
  return ({ suite }) => Math.sqrt(cases.length / sizes.size / (sizes.get(suite) ?? 1));
}

/** The negative log-likelihood. A recording counts once, however many signals were removed from it in turn. */
function misfit(fit: Fit, cases: readonly Labelled[]): number {
  const times = new Map([...Map.groupBy(cases, caseKey)].map(([key, of]) => [key, of.length]));
  return cases.reduce((sum, one) => {
    const p = confidenceOf(one.features, { ...fit, minConfidence: 0 });
    return sum - (one.hit * Math.log(p) + (1 - one.hit) * Math.log(1 - p)) / (times.get(caseKey(one)) ?? 1);
  }, 0);
}
