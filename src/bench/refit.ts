import { type Calibration, confidenceOf, confidenceOfUnproven } from "../rca/confidence.ts";
import { type ConfidenceFeatures, FEATURES } from "../rca/confidence-features.ts";
import { mean } from "../stats/mean.ts";
import { caseKey, fitCalibration, type Labelled } from "./fit-calibration.ts";
import type { Stated } from "./figures.ts";
import type { Oracle, Prediction } from "./formats.ts";
import { judge } from "./judge.ts";
import { type Answered, answeredOf, reliabilityOf, reliabilityTable, rounded, thresholdFor } from "./reliability.ts";

/** How cases are grouped for cross-validation. A group is never judged by a fit that saw it. */
export type Grouping = "entity" | "system";

const FOLDS = 10;
/**
 * A cause is named only if it is right in three of four such cases, even if the cases of a fit are easy: an unseen
 * system may be harder. Evidence unlike that of the fitted cases stays below (`confidenceOf`).
 */
export const MIN_THRESHOLD = 0.75;

/**
 * The cases with a first hypothesis. Of cases without a fault, only those in which the confidence alone decides whether
 * a cause is named.
 *
 * @param without the signal that was removed; null for none.
 */
export function labelledCases(
  suite: string,
  oracles: readonly Oracle[],
  predictions: ReadonlyMap<string, Prediction>,
  without: string | null = null,
): Labelled[] {
  return oracles.flatMap((oracle): Labelled[] => {
    const prediction = predictions.get(oracle.id);
    const recorded = prediction?.standing;
    if (!recorded || prediction.ranking.length === 0) return [];
    if (!oracle.faulty && (prediction.verdict === "no_incident" || recorded.unproven === 1)) return [];
    // FEATURES are the keys of ConfidenceFeatures.
    const features = Object.fromEntries(FEATURES.map((name) => [name, recorded[name] ?? 0])) as ConfidenceFeatures;
    return [
      {
        suite,
        system: prediction.system ?? suite,
        id: oracle.id,
        truth: oracle.faulty ? (oracle.entities[0]?.[0] ?? "") : null,
        features,
        unproven: recorded.unproven === 1,
        hit: oracle.faulty ? (judge(oracle, prediction).ac[0] ?? 0) : 0,
        without,
      },
    ];
  });
}

/** The cases that changed when a signal was removed. The others never had a recording of it. */
export function changedCases(full: readonly Labelled[], less: readonly Labelled[]): Labelled[] {
  const known = new Map(full.map((one) => [caseKey(one), JSON.stringify(one.features)]));
  return less.filter((one) => known.get(caseKey(one)) !== JSON.stringify(one.features));
}

/** Assigns entities to folds by name, so that one name is never in both the fit and the test, in any suite. */
function foldsOf(cases: readonly Labelled[], grouping: Grouping): string[] {
  if (grouping === "system") return cases.map(({ system }) => system);
  const order = [...new Set(cases.map(({ truth }) => truth ?? ""))].toSorted();
  const fold = new Map(order.map((truth, at) => [truth, String(at % FOLDS)]));
  return cases.map(({ truth }) => fold.get(truth ?? "") ?? "0");
}

/** The confidence that Causeway reports for a case. */
export const statedOf = ({ features, unproven }: Labelled, fit: Calibration): number =>
  unproven ? confidenceOfUnproven(confidenceOf(features, fit), fit) : confidenceOf(features, fit);

/**
 * A fit for each group, on the cases of all other groups. The answer threshold is the lowest that reaches the precision
 * on these cases (`thresholdFor`), where the confidence of each comes from the fit without its own group (but with this
 * one). Null with a single group, which leaves nothing to fit on.
 */
export function fitsWithout(
  cases: readonly Labelled[],
  grouping: Grouping,
  precision: number,
): Map<string, Calibration> | null {
  const folds = foldsOf(cases, grouping);
  const groups = [...new Set(folds)];
  if (groups.length < 2) return null;
  const fits = new Map(groups.map((group) => [group, fitCalibration(cases.filter((_, at) => folds[at] !== group))]));
  const stated = cases.map((one, at) => unseenBy(one, fits.get(folds[at] ?? "")));
  return new Map(
    [...fits].map(([group, fit]) => {
      const others = stated.filter((one, at) => one.counts && folds[at] !== group);
      return [group, { ...fit, minConfidence: Math.max(MIN_THRESHOLD, thresholdFor(others, precision)) }];
    }),
  );
}

type Fit = ReturnType<typeof fitCalibration>;

/**
 * The confidence of a case by a fit. `counts`: the case is as recorded, has a fault, and only the confidence decides
 * the verdict.
 */
const unseenBy = ({ features, hit, without, truth, unproven, system }: Labelled, fit: Fit | undefined) => ({
  system,
  confidence: fit === undefined ? 0 : confidenceOf(features, { ...fit, minConfidence: 0 }),
  hit,
  counts: without === null && truth !== null && !unproven,
});

/** The fit of all cases, with the answer threshold that holds on systems left out of a fit. */
function fitOfAll(
  cases: readonly Labelled[],
  bySystem: ReadonlyMap<string, Fit> | null,
  precision: number,
): Calibration {
  const fit = fitCalibration(cases);
  const stated = cases.map((one) => unseenBy(one, bySystem?.get(one.system) ?? fit)).filter(({ counts }) => counts);
  return { ...fit, minConfidence: Math.max(MIN_THRESHOLD, thresholdFor(stated, precision)) };
}

/** The confidence of a case by a fit without its group, and whether that fit would name the cause. */
type Judged = Stated & { of: Labelled; isNamed: boolean };

/** The confidence of each case by a fit without its group; null like `fitsWithout`. */
export function crossValidated(
  cases: readonly Labelled[],
  grouping: Grouping,
  precision: number,
  fits = fitsWithout(cases, grouping, precision),
): Judged[] | null {
  if (fits === null) return null;
  const folds = foldsOf(cases, grouping);
  return cases.flatMap((of, at): Judged[] => {
    const fit = fits.get(folds[at] ?? "");
    if (fit === undefined) return [];
    const confidence = statedOf(of, fit);
    return [{ of, confidence, hit: of.hit, isNamed: !of.unproven && confidence >= fit.minConfidence }];
  });
}

/** The reliability of all faulty cases as recorded, of each suite and of each system. */
function reportOf(judged: readonly Judged[] | null) {
  if (judged === null) return null;
  const recorded = judged.filter(({ of }) => of.without === null && of.truth !== null);
  const less = judged.filter(({ of }) => of.without !== null && of.truth !== null);
  const quiet = judged.filter(({ of }) => of.without === null && of.truth === null);
  const by = (nameOf: (one: Judged) => string) =>
    Object.fromEntries([...Map.groupBy(recorded, nameOf)].map(([name, of]) => [name, lineOf(of)]));
  return {
    pooled: lineOf(recorded),
    suites: by(({ of }) => of.suite),
    systems: by(({ of }) => of.system),
    ...(less.length > 0 ? { "one signal less": lineOf(less) } : {}),
    ...(quiet.length > 0 ? { "nothing wrong": lineOf(quiet) } : {}),
  };
}

const lineOf = (judged: readonly Judged[]): ReturnType<typeof reliabilityOf> & Answered => ({
  ...reliabilityOf(judged),
  ...answeredOf(judged),
});

/**
 * The calibration file: the fit, the fits without each system, the cases of the fit, and its reliability on left-out
 * groups.
 *
 * @throws {RangeError} on no cases.
 */
export function refit(cases: readonly Labelled[], precision: number) {
  const suites = [...new Set(cases.map(({ suite }) => suite))];
  const bySystem = fitsWithout(cases, "system", precision);
  const held = {
    entity: crossValidated(cases, "entity", precision),
    system: crossValidated(cases, "system", precision, bySystem),
  };
  const best = (held.system ?? held.entity ?? []).filter(({ of }) => of.without === null && of.truth !== null);
  const calibration = fitOfAll(cases, bySystem, precision);
  return {
    schema: "causeway.calibration/2",
    ...calibration,
    precision,
    withoutSystem: Object.fromEntries(bySystem ?? []),
    fittedOn: suites.map((suite) => {
      const of = cases.filter((one) => one.suite === suite);
      return {
        suite,
        systems: [...new Set(of.map(({ system }) => system))].toSorted(),
        cases: of.filter(({ without }) => without === null).length,
        nothingWrong: of.filter(({ without, truth }) => without === null && truth === null).length,
        withoutASignal: of.filter(({ without }) => without !== null).length,
      };
    }),
    heldOutSystems: reportOf(held.system),
    heldOutEntities: reportOf(held.entity),
    reliability: reliabilityTable(best),
    riskAndCoverage: THRESHOLDS.map((least) => ({
      least,
      ...answeredOf(best.map((one) => ({ ...one, isNamed: !one.of.unproven && one.confidence >= least }))),
    })),
    meanStated: rounded(mean(best.map(({ confidence }) => confidence))),
  };
}
export type Refit = ReturnType<typeof refit>;

/** Thresholds for the curve of risk and coverage. */
const THRESHOLDS = [0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
