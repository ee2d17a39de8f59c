import { confidenceOf, FEATURES, type ConfidenceFeatures } from "../rca/confidence.ts";
import { mean } from "../stats/mean.ts";
import { caseKey, fitCalibration, type Labelled } from "./fit-calibration.ts";
import { areaUnderRoc, brier, errorByChance, expectedCalibrationError, type Stated } from "./figures.ts";
import type { Oracle, Prediction } from "./formats.ts";
import { judge } from "./judge.ts";

/** How cases are grouped for cross-validation. A group is never judged by a fit that saw it. */
export type Grouping = "entity" | "suite";

const FOLDS = 10;

/** The faulty cases that have a first hypothesis. @param without the signal that was removed; null for none. */
export function labelledCases(
  suite: string,
  oracles: readonly Oracle[],
  predictions: ReadonlyMap<string, Prediction>,
  without: string | null = null,
): Labelled[] {
  return oracles.flatMap((oracle): Labelled[] => {
    const prediction = predictions.get(oracle.id);
    const recorded = prediction?.standing;
    if (!oracle.faulty || !recorded || prediction.ranking.length === 0) return [];
    // FEATURES are the keys of ConfidenceFeatures.
    const features = Object.fromEntries(FEATURES.map((name) => [name, recorded[name] ?? 0])) as ConfidenceFeatures;
    return [
      {
        suite,
        id: oracle.id,
        truth: oracle.entities[0]?.[0] ?? "",
        features,
        hit: judge(oracle, prediction).ac[0] ?? 0,
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
  if (grouping === "suite") return cases.map(({ suite }) => suite);
  const order = [...new Set(cases.map(({ truth }) => truth))].toSorted();
  const fold = new Map(order.map((truth, at) => [truth, String(at % FOLDS)]));
  return cases.map(({ truth }) => fold.get(truth) ?? "0");
}

/**
 * The confidence of each case by a fit that saw none of its group. Null with a single group, which leaves nothing to
 * fit on.
 */
export function crossValidated(cases: readonly Labelled[], grouping: Grouping): Stated[] | null {
  const folds = foldsOf(cases, grouping);
  if (new Set(folds).size < 2) return null;
  const fits = new Map(
    [...new Set(folds)].map((fold) => [
      fold,
      { ...fitCalibration(cases.filter((_, at) => folds[at] !== fold)), minConfidence: 0 },
    ]),
  );
  return cases.map(({ features, hit }, at) => ({
    confidence: confidenceOf(features, fits.get(folds[at] ?? "")),
    hit,
  }));
}

const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(4)));

/** Compares stated confidences with how often they were right. */
export function reliabilityOf(stated: readonly Stated[]) {
  return {
    n: stated.length,
    right: rounded(mean(stated.map(({ hit }) => hit))),
    stated: rounded(mean(stated.map(({ confidence }) => confidence))),
    ece: rounded(expectedCalibrationError(stated).value),
    eceByChance: rounded(errorByChance(stated)?.mean ?? null),
    eceByChanceHigh: rounded(errorByChance(stated)?.high ?? null),
    auroc: rounded(areaUnderRoc(stated).value),
    brier: rounded(brier(stated).value),
  };
}
export type Reliability = ReturnType<typeof reliabilityOf>;

export type ReliabilityBin = { from: number; to: number; n: number; stated: number | null; right: number | null };

export const reliabilityTable = (stated: readonly Stated[]): ReliabilityBin[] =>
  Array.from({ length: 10 }, (_, bin) => {
    const inside = stated.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin);
    return {
      from: bin / 10,
      to: (bin + 1) / 10,
      n: inside.length,
      stated: rounded(mean(inside.map(({ confidence }) => confidence))),
      right: rounded(mean(inside.map(({ hit }) => hit))),
    };
  });

/**
 * The lowest confidence, in whole percent, above which the share of right answers reaches `precision`; 1 if there is
 * none.
 */
export function thresholdFor(stated: readonly Stated[], precision: number): number {
  for (let percent = 1; percent < 100; percent++) {
    const answered = stated.filter(({ confidence }) => confidence >= percent / 100);
    if (answered.length > 0 && (mean(answered.map(({ hit }) => hit)) ?? 0) >= precision) return percent / 100;
  }
  return 1;
}

/**
 * The calibration file: the fit, the cases it was fitted on, and its reliability on groups that it had not seen.
 *
 * @throws {RangeError} on no cases.
 */
export function refit(cases: readonly Labelled[], precision: number) {
  const isFull = cases.map(({ without }) => without === null);
  const suites = [...new Set(cases.map(({ suite }) => suite))];
  const held = { entity: crossValidated(cases, "entity"), suite: crossValidated(cases, "suite") };
  const asRecorded = (stated: readonly Stated[]): Stated[] => stated.filter((_, at) => isFull[at]);
  const best = asRecorded(held.entity ?? []);
  const minConfidence = thresholdFor(best, precision);
  const answered = best.filter(({ confidence }) => confidence >= minConfidence);
  const report = (stated: readonly Stated[] | null) =>
    stated && {
      pooled: reliabilityOf(asRecorded(stated)),
      ...Object.fromEntries(
        suites.map((suite) => [
          suite,
          reliabilityOf(stated.filter((_, at) => isFull[at] && cases[at]?.suite === suite)),
        ]),
      ),
      ...(isFull.includes(false)
        ? { "pooled, one signal less": reliabilityOf(stated.filter((_, at) => !isFull[at])) }
        : {}),
    };
  return {
    schema: "causeway.calibration/1",
    ...fitCalibration(cases),
    minConfidence,
    precision,
    fittedOn: suites.map((suite) => {
      const of = cases.filter((one) => one.suite === suite);
      return {
        suite,
        cases: of.filter(({ without }) => without === null).length,
        withoutASignal: of.filter(({ without }) => without !== null).length,
      };
    }),
    heldOutEntities: report(held.entity),
    heldOutSuites: report(held.suite),
    reliability: reliabilityTable(best),
    answered: {
      share: rounded(best.length === 0 ? null : answered.length / best.length),
      right: rounded(mean(answered.map(({ hit }) => hit))),
    },
  };
}
export type Refit = ReturnType<typeof refit>;
