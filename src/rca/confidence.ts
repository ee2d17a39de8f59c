import type { Suspect } from "./fuse.ts";
import calibration from "./calibration.json" with { type: "json" };

/** Features of the confidence. None of them depends on the system under analysis. */
export const FEATURES = ["lead", "votes", "unread"] as const;
/**
 * - `lead`: the first suspect's lead over the second, as a share of the first's votes, in [0, 1].
 * - `votes`: ln of the sum of all rankers' votes for the first.
 * - `unread`: number of telemetry sources that were not read. A missing source cannot contradict, so each lowers the
 *   confidence.
 *
 * The number of agreeing rankers is not a feature: it adds nothing on suites outside the fit, and losing a dissenting
 * signal would then raise the confidence.
 */
export type ConfidenceFeatures = Record<(typeof FEATURES)[number], number>;

/** Maps features to a probability, in log-odds. `minConfidence`: the least confidence for the verdict `root_cause`. */
export type Calibration = { bias: number; weights: ConfidenceFeatures; minConfidence: number };

/**
 * Fitted on labelled recordings by `causeway bench refit`. The file also records the suites of the fit and the results
 * on held-out cases.
 */
export const CALIBRATION: Calibration = calibration;

/** Below this, differences between votes are chance. */
const LEAST_VOTES = 0.05;

/**
 * Computes the features of the first suspect; null without suspects.
 *
 * @param unread Number of telemetry sources that were not read.
 * @param compared False if no other entity was measured: the lead is then 0.
 */
export function confidenceFeatures(
  suspects: readonly Suspect[],
  unread = 0,
  compared = true,
): ConfidenceFeatures | null {
  const [first, second] = suspects;
  if (!first) return null;
  return {
    lead: compared ? (first.score - (second?.score ?? 0)) / first.score : 0,
    votes: Math.log(Math.max(LEAST_VOTES, first.score)),
    unread,
  };
}

/** Probability in (0, 1) that the first suspect is a true root cause; 0 without suspects. */
export function confidenceOf(
  features: ConfidenceFeatures | null,
  { bias, weights }: Calibration = CALIBRATION,
): number {
  if (features === null) return 0;
  const logOdds = FEATURES.reduce((sum, name) => sum + weights[name] * features[name], bias);
  return 1 / (1 + Math.exp(-logOdds));
}
