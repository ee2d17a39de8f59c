import type { Ranking } from "../domain/hypothesis.ts";
import type { Doubt } from "../domain/model-investigation.ts";

/** With a smaller lead of the first suspect, as a share of its votes, the first two are close. */
export const CLOSE_LEAD = 0.35;

/**
 * Whether a model should look further: code reached no conclusion although there are suspects, or the first two are
 * close. Null if code is sure, and if nothing is wrong. See docs/model.md for how often each rule would begin an
 * investigation, and where the true cause was.
 */
export function doubtOf({ verdict, hypotheses, confidenceFeatures }: Ranking): Doubt | null {
  if (hypotheses.length < 2) return null;
  if (verdict === "inconclusive") return "inconclusive";
  return verdict === "root_cause" && (confidenceFeatures?.lead ?? 1) < CLOSE_LEAD ? "close" : null;
}
