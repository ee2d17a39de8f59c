import { type Calibration, confidenceOf, FEATURES, type ConfidenceFeatures } from "../rca/confidence.ts";
import { fitLogistic } from "../stats/logistic.ts";

/** Shrinks weights; a case weighs about 1. Squared log-odds. */
const RIDGE = 1;
/** Discounts that are tried for each source that was not read, ascending. Log-odds. */
const DISCOUNTS = Array.from({ length: 21 }, (_, step) => step / 20);

/** One case with a known answer, as recorded or `without` a signal. `truth`: the entity at fault; `hit`: AC@1. */
export type Labelled = {
  suite: string;
  id: string;
  truth: string;
  features: ConfidenceFeatures;
  hit: number;
  without: string | null;
};
type Fit = Omit<Calibration, "minConfidence">;

/** One recording, whatever was taken away from it. */
export const caseKey = ({ suite, id }: Pick<Labelled, "suite" | "id">): string => `${suite}\u0000${id}`;

/**
 * Fits the probability: lead and votes on the cases as recorded, since these are what it is for, and the discount for each source that was not read as the one that best
 * foretells the same cases with a signal taken away, of those under which no signal of any suite is better lost; the largest where there is none such.
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

/** Whether the loss of one signal makes the cases of one suite surer on average than they were with it. */
function losingPays(fit: Fit, full: readonly Labelled[], less: readonly Labelled[]): boolean {
  const sure = ({ features }: Labelled): number => confidenceOf(features, { ...fit, minConfidence: 0 });
  const recorded = new Map(full.map((one) => [caseKey(one), sure(one)]));
  const gains = Map.groupBy(less, ({ suite, without }) => `${suite}\u0000${without}`);
  return [...gains.values()].some(
    (lost) => lost.reduce((sum, one) => sum + sure(one) - (recorded.get(caseKey(one)) ?? 0), 0) > 0,
  );
}

/** A feature whose weight would be negative is left out: losing support must never make anyone surer. */
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

/** A suite counts by the root of its size: a large one must not speak for all, nor a small one as loud as it. About 1 on the whole. */
function suiteWeights(cases: readonly Labelled[]): (one: Labelled) => number {
  const sizes = new Map([...Map.groupBy(cases, ({ suite }) => suite)].map(([suite, of]) => [suite, of.length]));
  return ({ suite }) => Math.sqrt(cases.length / sizes.size / (sizes.get(suite) ?? 1));
}

/** Less the log-likelihood; a recording counts once, however many signals were taken away from it in turn. */
function misfit(fit: Fit, cases: readonly Labelled[]): number {
  const times = new Map([...Map.groupBy(cases, caseKey)].map(([key, of]) => [key, of.length]));
  return cases.reduce((sum, one) => {
    const p = confidenceOf(one.features, { ...fit, minConfidence: 0 });
    return sum - (one.hit * Math.log(p) + (1 - one.hit) * Math.log(1 - p)) / (times.get(caseKey(one)) ?? 1);
  }, 0);
}
