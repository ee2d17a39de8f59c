import { sigmoid } from "../stats/logistic.ts";
import calibration from "./calibration.json" with { type: "json" };
import { type ConfidenceFeatures, FEATURES, SIGN_OF } from "./confidence-features.ts";

/**
 * Maps features to a probability, in log-odds.
 * - `baseRate`: share of the fitted cases in which the first suspect was right, each system alike.
 * - `known`: for each feature, the range of nearly all fitted cases, each system alike.
 * - `minConfidence`: minimum confidence for the verdict `root_cause`.
 */
export type Calibration = {
  bias: number;
  weights: ConfidenceFeatures;
  baseRate: number;
  known: Readonly<Record<keyof ConfidenceFeatures, readonly number[]>>;
  minConfidence: number;
};

const { withoutSystem, ...inUse } = calibration;

/**
 * Fitted on labelled recordings by `causeway bench refit`. The file also records the suites of the fit and the results
 * on systems left out of a fit.
 */
export const CALIBRATION: Calibration = inUse;

/** For each system, the calibration fitted without it. For measuring only: see `bench run --leave-out`. */
export const CALIBRATION_WITHOUT: Readonly<Record<string, Calibration>> = withoutSystem;

/** Each feature outside the fitted range moves the confidence this far back. */
const TRUST_OUTSIDE_FIT = 0.5;
/** Evidence that contradicts itself more than in nearly all fitted cases proves nothing: the odds are even. */
const EVEN = 0.5;
/** The confidence of an unproven suspect stays at least this far below `minConfidence`. */
const UNPROVEN_MARGIN = 0.01;

/**
 * Probability in (0, 1) that the first suspect is a true root cause; 0 without suspects. A feature in favour of the
 * suspect counts at most as much as at the edge of its fitted range. A feature against the suspect counts in full;
 * outside the fitted range, it also draws the confidence back, because no fitted case was like it: to the base rate if
 * few sources were read, to even odds if the evidence is unlike that of the fitted cases.
 */
export function confidenceOf(features: ConfidenceFeatures | null, fit: Calibration = CALIBRATION): number {
  if (features === null) return 0;
  const { bias, weights, baseRate, known } = fit;
  const clamped = (name: keyof ConfidenceFeatures): number => {
    const [, most = Infinity] = known[name];
    return SIGN_OF[name] > 0 ? Math.min(most, features[name]) : features[name];
  };
  const probability = sigmoid(FEATURES.reduce((sum, name) => sum + weights[name] * clamped(name), bias));
  return unusualFeatures(features, fit)
    .map((name) => (name === "unread" ? baseRate : EVEN))
    .reduce((sure, back) => (sure <= back ? sure : back + (sure - back) * TRUST_OUTSIDE_FIT), probability);
}

/** The features that count more against the first suspect than in nearly all fitted cases. */
export function unusualFeatures(
  features: ConfidenceFeatures,
  { known }: Calibration = CALIBRATION,
): (keyof ConfidenceFeatures)[] {
  return FEATURES.filter((name) => {
    const [least = -Infinity, most = Infinity] = known[name];
    return SIGN_OF[name] > 0 ? features[name] < least : features[name] > most;
  });
}

/**
 * The confidence if something other than its value prevents a root cause, such as a missing symptom: it stays below
 * `minConfidence`, so that an unproven suspect never looks proven.
 */
export const confidenceOfUnproven = (confidence: number, { minConfidence }: Calibration = CALIBRATION): number =>
  Math.min(confidence, Math.max(0, minConfidence - UNPROVEN_MARGIN));

const UNUSUAL_WORDS: Readonly<Record<keyof ConfidenceFeatures, string>> = {
  lead: "the first two suspects are closer",
  votes: "the evidence is weaker",
  unread: "fewer sources were read",
  accused: "failure messages point at more other components",
  earlier: "more evidence about others began earlier",
};

/** Says in a full sentence why a confidence is only a rough estimate; empty for a case like the fitted ones. */
export function limitsOfConfidence(features: ConfidenceFeatures, fit: Calibration = CALIBRATION): string[] {
  const unusual = unusualFeatures(features, fit).map((name) => UNUSUAL_WORDS[name]);
  return unusual.length === 0
    ? []
    : [`This case is unlike the recordings behind the confidence: ${inSeries(unusual)} than in almost all of them.`];
}

const inSeries = (parts: readonly string[]): string =>
  [parts.slice(0, -1).join(", "), ...parts.slice(-1)].filter((part) => part !== "").join(" and ");
