import type { Suspect } from "./fuse.ts";
import { faultOnset, TOGETHER_MS } from "./onset.ts";

/**
 * The features of the confidence, and the sign of their weights: losing support must never raise the confidence. No
 * feature depends on the system under analysis.
 */
export const SIGN_OF = { lead: 1, votes: 1, unread: -1, accused: -1, earlier: -1 } as const;

/**
 * - `lead`: the first suspect's lead over the second, as a share of the first's votes, in [0, 1].
 * - `votes`: 1 − e^(−sum of all rankers' votes for the first), in [0, 1): beyond two votes, more prove little.
 * - `unread`: number of telemetry sources that were not read. A missing source cannot contradict, so each lowers the
 *   confidence.
 * - `accused`: ln(1 + number of other suspects that failure messages point at). Contradicting statements are typical of
 *   a fault that the ranking did not understand.
 * - `earlier`: votes for suspects whose trouble began more than 30 s before the first's, as a share of the first's
 *   votes, at most 1. Effects do not come before their cause.
 *
 * See docs/benchmarks.md for what else was tried.
 */
export type ConfidenceFeatures = Record<keyof typeof SIGN_OF, number>;
export const FEATURES = Object.keys(SIGN_OF) as (keyof ConfidenceFeatures)[];

/** The ranker of failure messages, and the least of its votes that counts as pointing at a suspect. */
const MESSAGES = "failure messages";
const LEAST_ACCUSATION = 0.05;

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
  const [first, ...others] = suspects;
  if (!first) return null;
  const accused = others.filter(({ votes }) => (votes[MESSAGES] ?? 0) >= LEAST_ACCUSATION);
  return {
    lead: compared ? (first.score - (others[0]?.score ?? 0)) / first.score : 0,
    votes: 1 - Math.exp(-first.score),
    unread,
    accused: Math.log1p(accused.length),
    earlier: Math.min(1, votesOfEarlier(first, others) / first.score),
  };
}

function votesOfEarlier(first: Suspect, others: readonly Suspect[]): number {
  const began = faultOnset(first.findings);
  if (began === null) return 0;
  return others
    .filter(({ findings }) => (faultOnset(findings) ?? Infinity) < began - TOGETHER_MS)
    .reduce((sum, { score }) => sum + score, 0);
}
