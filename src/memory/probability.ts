import { sigmoid } from "../stats/logistic.ts";
import calibration from "./calibration.json" with { type: "json" };

/** What the probability rests on: likeness by structure and by vector, how likely the present evidence finds the past cause, and what like incidents turned out to be. */
const MATCH_FEATURES = ["structure", "dense", "expected", "share"] as const;
/** Each in [0, 1]. */
export type MatchFeatures = Record<(typeof MATCH_FEATURES)[number], number>;
export type MatchCalibration = { bias: number; weights: MatchFeatures };

/** Fitted by `causeway bench memory --refit`, which also writes there what it was fitted on. */
const MATCH_CALIBRATION: MatchCalibration = calibration;

/** Probability in (0, 1) that a past incident's cause is the present one, if what is recorded of it is right. */
export const matchProbability = (
  features: MatchFeatures,
  { bias, weights }: MatchCalibration = MATCH_CALIBRATION,
): number => sigmoid(MATCH_FEATURES.reduce((sum, name) => sum + weights[name] * features[name], bias));
