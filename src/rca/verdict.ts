import type { CitedFinding } from "../domain/finding.ts";
import type { Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import type { Suspect } from "./fuse.ts";

/** Below this confidence the first suspect is not named as the cause. */
export const MIN_CONFIDENCE = 0.5;
/** Votes that quiet systems gather by chance. */
export const QUIET_VOTES = 0.35;

type VerdictInput = { suspects: readonly Suspect[]; confidence: number; findings: readonly CitedFinding[]; incident: Incident };

/** Names a cause, says that it cannot, or says that nothing is wrong; always with the reason. */
export function settleVerdict({ suspects, confidence, findings }: VerdictInput): Pick<Ranking, "verdict" | "why"> {
  const abnormal = findings.filter(({ signal }) => signal !== "change");
  const [first, second] = suspects;
  if (abnormal.length === 0 || !first) return { verdict: "no_incident", why: "nothing left its quiet range in what was checked" };
  const loudest = suspects.reduce((most, { score }) => Math.max(most, score), 0);
  if (loudest < QUIET_VOTES) return { verdict: "no_incident", why: `what was found is no more than quiet systems show (${loudest.toFixed(2)} votes, ${QUIET_VOTES} needed)` };
  if (confidence < MIN_CONFIDENCE) {
    const rival = second ? `; ${second.id} is nearly as likely` : "";
    return { verdict: "inconclusive", why: `the evidence does not single out ${first.id} (confidence ${confidence.toFixed(2)}, ${MIN_CONFIDENCE} needed)${rival}` };
  }
  return { verdict: "root_cause", why: `the evidence singles out ${first.id}` };
}
