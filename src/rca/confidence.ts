import { sigmoid } from "../stats/logistic.ts";
import calibration from "./calibration.json" with { type: "json" };
import { type ConfidenceFeatures, FEATURES, SIGN_OF } from "./confidence-features.ts";

/**
 * Maps features to a probability, in log-odds.
 * - `baseRate`: share of the fitted cases in which the first suspect was right.
 * - `known`: for each feature, the range that all but a few fitted cases lie in.
 * - `minConfidence`: the least confidence for the verdict `root_cause`.
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
 * on systems that a fit had not seen.
 */
export const CALIBRATION: Calibration = inUse;

/** For each system of the fit, the calibration that never saw it: for measuring, see `bench run --leave-out`. */
export const CALIBRATION_WITHOUT: Readonly<Record<string, Calibration>> = withoutSystem;

/** Beyond the fitted range, each feature moves the confidence this part of the way back to the base rate. */
const STRANGENESS = 0.5;
/** A suspect who is not proven stays this much below the least confidence of a root cause. */
const BELOW = 0.01;

/**
 * Probability in (0, 1) that the first suspect is a true root cause; 0 without suspects. Beyond the fitted range,
 * support counts no more than at its edge. Doubt counts in full, and the confidence is also drawn back to the base
 * rate, because nothing is known of such cases.
 */
export function confidenceOf(features: ConfidenceFeatures | null, fit: Calibration = CALIBRATION): number {
  if (features === null) return 0;
  const { bias, weights, baseRate, known } = fit;
  const clamped = (name: keyof ConfidenceFeatures): number => {
    const [, most = Infinity] = known[name];
    return SIGN_OF[name] > 0 ? Math.min(most, features[name]) : features[name];
  };
  const probability = sigmoid(FEATURES.reduce((sum, name) => sum + weights[name] * clamped(name), bias));
  const trust = STRANGENESS ** strangeFeatures(features, fit).length;
  return probability <= baseRate ? probability : baseRate + (probability - baseRate) * trust;
}

/** The features that speak more against the first suspect than in all but a few fitted cases. */
export function strangeFeatures(
  features: ConfidenceFeatures,
  { known }: Calibration = CALIBRATION,
): (keyof ConfidenceFeatures)[] {
  return FEATURES.filter((name) => {
    const [least = -Infinity, most = Infinity] = known[name];
    return SIGN_OF[name] > 0 ? features[name] < least : features[name] > most;
  });
}

/**
 * The confidence where something else than a low confidence keeps the cause from being named, such as a symptom that
 * nobody saw: a suspect who is not proven never has the confidence of a proven one.
 */
export const ofUnproven = (confidence: number, { minConfidence }: Calibration = CALIBRATION): number =>
  Math.min(confidence, Math.max(0, minConfidence - BELOW));

const STRANGE_WORDS: Readonly<Record<keyof ConfidenceFeatures, string>> = {
  lead: "the first two suspects are closer than in almost all of them",
  votes: "the evidence is weaker than in almost all of them",
  unread: "fewer sources were read than in almost all of them",
};

/** Says why a confidence is only a rough estimate, a sentence each; empty for a case like the fitted ones. */
export const limitsOfConfidence = (features: ConfidenceFeatures, fit: Calibration = CALIBRATION): string[] =>
  strangeFeatures(features, fit).map(
    (name) => `This case is unlike the recordings behind the confidence: ${STRANGE_WORDS[name]}.`,
  );
