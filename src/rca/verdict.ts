import type { CitedFinding } from "../domain/finding.ts";
import type { Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import type { Suspect } from "./fuse.ts";

/** Below this confidence the first suspect is not named as the cause. */
export const MIN_CONFIDENCE = 0.5;
/** Votes that quiet systems gather by chance. */
export const QUIET_VOTES = 0.35;
/**
 * Rankers that know causes but no symptoms: a busy resource hurts nobody by itself, and a slower service only where its callers' users wait for it.
 */
const NO_SYMPTOM = new Set(["resources", "changes", "rollouts"]);

type VerdictInput = { suspects: readonly Suspect[]; confidence: number; findings: readonly CitedFinding[]; incident: Incident };

/** Names a cause, says that it cannot, or says that nothing is wrong; always with the reason. */
export function settleVerdict({ suspects, confidence, findings, incident }: VerdictInput): Pick<Ranking, "verdict" | "why"> {
  const abnormal = findings.filter(({ signal }) => signal !== "change");
  const [first, second] = suspects;
  if (abnormal.length === 0 || !first) return { verdict: "no_incident", why: "nothing left its quiet range in what was checked" };
  const felt = suspects.reduce((most, suspect) => Math.max(most, symptomVotes(suspect, entryMoved(findings, incident))), 0);
  if (felt < QUIET_VOTES) return { verdict: "no_incident", why: `no symptom beyond what quiet systems show: ${felt.toFixed(2)} votes where ${QUIET_VOTES} are needed` };
  if (confidence < MIN_CONFIDENCE) {
    const rival = second ? `; ${second.id} is nearly as likely` : "";
    return { verdict: "inconclusive", why: `the evidence does not single out ${first.id} (confidence ${confidence.toFixed(2)}, ${MIN_CONFIDENCE} needed)${rival}` };
  }
  return { verdict: "root_cause", why: `the evidence singles out ${first.id}` };
}

const symptomVotes = ({ votes }: Suspect, entryMoved: boolean): number =>
  Object.entries(votes).reduce((sum, [name, vote]) => (NO_SYMPTOM.has(name) || (name === "golden signals" && !entryMoved) ? sum : sum + vote), 0);

/** Whether those who ask the system notice: its entry serves worse, or nobody told where its entry is. */
function entryMoved(findings: readonly CitedFinding[], { entry, target }: Incident): boolean {
  const asked = target?.entity ?? entry;
  return asked === null || findings.some(({ signal, entity, evidence }) =>
    signal === "metric" && (entity.id === asked || entity.kind === "entry") && ["latency", "error", "availability"].includes(String(evidence.facts.family)));
}
