import type { Suspect } from "./fuse.ts";

/**
 * The features of the confidence, and the sign of their weights: losing support must never raise the confidence. No
 * feature depends on the system under analysis.
 */
export const SIGN_OF = { lead: 1, votes: 1, unread: -1 } as const;

/**
 * - `lead`: the first suspect's lead over the second, as a share of the first's votes, in [0, 1].
 * - `votes`: ln of the sum of all rankers' votes for the first.
 * - `unread`: number of telemetry sources that were not read. A missing source cannot contradict the suspect,
 *   so each one lowers the confidence.
 *
 * The numbers of agreeing and dissenting signals are not features: they add little on systems outside the fit, and
 * losing a dissenting signal would raise the confidence. See docs/benchmarks.md for what else was tried.
 */
export type ConfidenceFeatures = Record<keyof typeof SIGN_OF, number>;
export const FEATURES = Object.keys(SIGN_OF) as (keyof ConfidenceFeatures)[];

/** Smaller votes differ only by chance. */
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
