import type { Suspect } from "./fuse.ts";
import calibration from "./calibration.json" with { type: "json" };

/** What the confidence rests on. Neither tells one system from another. */
export const FEATURES = ["lead", "votes", "unread"] as const;
/**
 * `lead`: over the second, as a share of the first's votes, in [0, 1]. `votes`: ln of what all rankers together give the first. How many rankers agree is
 * not among them: it adds nothing on suites that were not fitted on, and would make the loss of a dissenting signal look like certainty. `unread`: how many sources
 * of telemetry were not read: what none of them could contradict is the less certain.
 */
export type ConfidenceFeatures = Record<(typeof FEATURES)[number], number>;

/** A probability as a function of the standing, in log-odds, and the confidence from which a cause is named. */
export type Calibration = { bias: number; weights: ConfidenceFeatures; minConfidence: number };

/** Fitted on labelled recordings by `causeway bench refit`, which also writes there what it was fitted on and how it did on cases it had not seen. */
export const CALIBRATION: Calibration = calibration;

/** Fewer votes than this differ by chance. */
const LEAST_VOTES = 0.05;

/**
 * How the first suspect stands among the others; null where there is none.
 *
 * @param unread Sources of telemetry that were not read. @param compared False where nobody else was looked at: then it is ahead of nobody.
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

/** Probability in (0, 1) that the first suspect is a true root cause; 0 where there is none. */
export function confidenceOf(
  features: ConfidenceFeatures | null,
  { bias, weights }: Calibration = CALIBRATION,
): number {
  if (features === null) return 0;
  const logOdds = FEATURES.reduce((sum, name) => sum + weights[name] * features[name], bias);
  return 1 / (1 + Math.exp(-logOdds));
}
