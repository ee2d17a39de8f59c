import { type Calibration, confidenceOf, FEATURES, type Standing } from "../rca/confidence.ts";
import { fitLogistic } from "../stats/logistic.ts";
import { mean } from "../stats/mean.ts";
import { areaUnderRoc, brier, expectedCalibrationError, type Stated } from "./figures.ts";
import type { Oracle, Prediction } from "./formats.ts";
import { judge } from "./judge.ts";

/** One case with a known answer. `truth`: the entity at fault; `hit`: AC@1. */
export type Labelled = { suite: string; id: string; truth: string; standing: Standing; hit: number };
/** Parts whose cases are never fitted on while they are judged. */
export type Grouping = "entity" | "suite";

/** Shrinks weights; a case weighs 1. Squared log-odds. */
const RIDGE = 1;
const FOLDS = 10;

/** Faulty cases that have a first suspect. */
export function labelledCases(suite: string, oracles: readonly Oracle[], predictions: ReadonlyMap<string, Prediction>): Labelled[] {
  return oracles.flatMap((oracle): Labelled[] => {
    const prediction = predictions.get(oracle.id);
    const told = prediction?.standing;
    if (!oracle.faulty || !told || prediction.ranking.length === 0) return [];
    const standing = Object.fromEntries(FEATURES.map((name) => [name, told[name] ?? 0])) as Standing; // FEATURES are its keys
    return [{ suite, id: oracle.id, truth: oracle.entities[0]?.[0] ?? "", standing, hit: judge(oracle, prediction).ac[0] ?? 0 }];
  });
}

/** Fits the probability. A feature whose weight would be negative is left out: losing support must never make anyone surer. @throws {RangeError} on no cases. */
export function fitCalibration(cases: readonly Labelled[]): Omit<Calibration, "minConfidence"> {
  let used = [...FEATURES];
  for (;;) {
    const { bias, weights } = fitLogistic(cases.map(({ standing }) => used.map((name) => standing[name])), cases.map(({ hit }) => hit), { ridge: RIDGE });
    const kept = used.filter((_, at) => (weights[at] ?? 0) >= 0);
    if (kept.length < used.length) {
      used = kept;
      continue;
    }
    const of = (name: keyof Standing): number => Number((weights[used.indexOf(name)] ?? 0).toFixed(4));
    return { bias: Number(bias.toFixed(4)), weights: { lead: of("lead"), votes: of("votes") } };
  }
}

/** Entities are dealt out to folds by name, so that one name is never on both sides, whatever suites it occurs in. */
function foldsOf(cases: readonly Labelled[], grouping: Grouping): string[] {
  if (grouping === "suite") return cases.map(({ suite }) => suite);
  const order = [...new Set(cases.map(({ truth }) => truth))].toSorted();
  const fold = new Map(order.map((truth, at) => [truth, String(at % FOLDS)]));
  return cases.map(({ truth }) => fold.get(truth) ?? "0");
}

/** For each case the confidence by a fit that saw none of its group; with a single group there is nothing to fit on, and null. */
export function crossValidated(cases: readonly Labelled[], grouping: Grouping): Stated[] | null {
  const folds = foldsOf(cases, grouping);
  if (new Set(folds).size < 2) return null;
  const fits = new Map([...new Set(folds)].map((fold) => [fold, { ...fitCalibration(cases.filter((_, at) => folds[at] !== fold)), minConfidence: 0 }]));
  return cases.map(({ standing, hit }, at) => ({ confidence: confidenceOf(standing, fits.get(folds[at] ?? "")), hit }));
}

const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(4)));

/** How well stated confidences hold. */
export function reliabilityOf(stated: readonly Stated[]) {
  return {
    n: stated.length, right: rounded(mean(stated.map(({ hit }) => hit))), stated: rounded(mean(stated.map(({ confidence }) => confidence))),
    ece: rounded(expectedCalibrationError(stated).value), auroc: rounded(areaUnderRoc(stated).value), brier: rounded(brier(stated).value),
  };
}
export type Reliability = ReturnType<typeof reliabilityOf>;

export type ReliabilityBin = { from: number; to: number; n: number; stated: number | null; right: number | null };

export const reliabilityTable = (stated: readonly Stated[]): ReliabilityBin[] =>
  Array.from({ length: 10 }, (_, bin) => {
    const inside = stated.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin);
    return { from: bin / 10, to: (bin + 1) / 10, n: inside.length, stated: rounded(mean(inside.map(({ confidence }) => confidence))), right: rounded(mean(inside.map(({ hit }) => hit))) };
  });

/** The lowest confidence, in whole percent, from which on the answers are right as often as asked; 1 where there is none. */
export function thresholdFor(stated: readonly Stated[], precision: number): number {
  for (let percent = 1; percent < 100; percent++) {
    const answered = stated.filter(({ confidence }) => confidence >= percent / 100);
    if (answered.length > 0 && (mean(answered.map(({ hit }) => hit)) ?? 0) >= precision) return percent / 100;
  }
  return 1;
}

/** What a refit writes: the calibration, what it was fitted on, and how it did on groups it had not seen. @throws {RangeError} on no cases. */
export function refit(cases: readonly Labelled[], precision: number) {
  const suites = [...new Set(cases.map(({ suite }) => suite))];
  const held = { entity: crossValidated(cases, "entity"), suite: crossValidated(cases, "suite") };
  const best = held.entity ?? [];
  const minConfidence = thresholdFor(best, precision);
  const answered = best.filter(({ confidence }) => confidence >= minConfidence);
  const report = (stated: readonly Stated[] | null) =>
    stated && { pooled: reliabilityOf(stated), ...Object.fromEntries(suites.map((suite) => [suite, reliabilityOf(stated.filter((_, at) => cases[at]?.suite === suite))])) };
  return {
    schema: "causeway.calibration/1",
    ...fitCalibration(cases),
    minConfidence,
    precision,
    fittedOn: suites.map((suite) => ({ suite, cases: cases.filter((one) => one.suite === suite).length })),
    heldOutEntities: report(held.entity),
    heldOutSuites: report(held.suite),
    reliability: reliabilityTable(best),
    answered: { share: rounded(best.length === 0 ? null : answered.length / best.length), right: rounded(mean(answered.map(({ hit }) => hit))) },
  };
}
export type Refit = ReturnType<typeof refit>;
