import type { CitedFinding } from "../domain/finding.ts";
import type { Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import { isoTime } from "../domain/time.ts";
import { CALIBRATION } from "./confidence.ts";
import type { Suspect } from "./fuse.ts";
import {
  confirmedSymptom,
  doubtfulAlerts,
  isOfUnknownKind,
  isImpactUnobservable,
  evidenceStrengthOf,
  type BaselineCoverage,
} from "./symptom.ts";

/** Where nobody notices, evidence no louder than this is everyday noise: half of the quiet slices of the development suites with logs and traces are as loud. */
export const QUIET_STRENGTH = 1;
/** Where nobody notices, evidence must be louder than this to blame somebody: more than three in four of those slices are not. */
export const SURE_STRENGTH = 4;
/** A lead smaller than this, as a share of the first's votes, is no lead. */
const MIN_LEAD = 0.05;
/** Who has this share of the first's votes may be called nearly as likely. */
const NEARLY = 0.8;

/** `watched`: as `confirmedSymptom`. `unlisted`: suspects beyond the closed list of answers, where nobody on that list is suspect. `alarmAlone`: as `isAlarmAlone`. */
type VerdictInput = {
  suspects: readonly Suspect[];
  unlisted?: readonly Suspect[];
  alarmAlone?: boolean;
  confidence: number;
  findings: readonly CitedFinding[];
  incident: Incident;
  baselineCoverage?: BaselineCoverage;
};

/** Names a cause, says that it cannot, that it is over, or that nothing is wrong; always with the reason. */
export function settleVerdict({
  suspects,
  unlisted = [],
  alarmAlone = false,
  confidence,
  findings,
  incident,
  baselineCoverage = new Map(),
}: VerdictInput): Pick<Ranking, "verdict" | "why"> {
  const abnormal = findings.filter(({ signal }) => signal !== "change");
  const [first, second] = suspects;
  const symptom = confirmedSymptom(findings, incident, baselineCoverage);
  const [doubtful] = doubtfulAlerts(findings, baselineCoverage);
  const unproven = doubtful
    ? `${doubtful.summary} fires, though the ${(baselineCoverage.get(doubtful.entity.id) ?? []).toReversed().join(" and ")} of ${doubtful.entity.id} are as in quiet times`
    : "";
  if (!first && symptom !== null)
    return {
      verdict: "inconclusive",
      why: `it is noticed, and nothing that was read points at anybody: ${symptom.what}`,
    };
  if (!first && evidenceStrengthOf(unlisted, incident) >= QUIET_STRENGTH)
    return {
      verdict: "inconclusive",
      why: `what is unusual is about ${unlisted[0]?.id}, which is none of the names that may be answered`,
    };
  if (abnormal.length === 0 || !first)
    return { verdict: "no_incident", why: "nothing left its quiet range in what was checked" };
  const strength = evidenceStrengthOf(suspects, incident);
  if (symptom === null && doubtful && isOfUnknownKind(doubtful) && strength < SURE_STRENGTH)
    return { verdict: "inconclusive", why: unproven };
  if (symptom === null && strength < QUIET_STRENGTH)
    return {
      verdict: "no_incident",
      why: unproven || `no symptom beyond what quiet systems show (${strength.toFixed(1)} times the least that counts)`,
    };
  if (symptom !== null && symptom.overSince !== null)
    return {
      verdict: "recovered",
      why: `what was noticed has been back at its quiet level since ${isoTime(symptom.overSince)}: ${symptom.what}`,
    };
  if (symptom === null && strength < SURE_STRENGTH) {
    const unseen = doubtful
      ? unproven
      : isImpactUnobservable(incident)
        ? `nobody told where requests come in, so that it is not seen whether anybody notices ${first.id}`
        : `no symptom is seen beyond ${first.id}`;
    return {
      verdict: "inconclusive",
      why: `${unseen}, and what is unusual about it is no more than quiet systems show at times (${strength.toFixed(1)} times the least that counts; ${SURE_STRENGTH} times are asked)`,
    };
  }
  if (alarmAlone)
    return {
      verdict: "inconclusive",
      why: `all that was found is the alarm about ${first.id} itself: whether another made it ill cannot be told`,
    };
  const { minConfidence } = CALIBRATION;
  const rival = second
    ? `; ${second.id} ${second.score >= NEARLY * first.score ? "is nearly as likely" : "comes next"}`
    : "";
  if (second && first.score - second.score < MIN_LEAD * first.score)
    return { verdict: "inconclusive", why: `the evidence does not tell ${first.id} from ${second.id}${rival}` };
  if (confidence < minConfidence)
    return {
      verdict: "inconclusive",
      why: `the evidence does not single out ${first.id} (confidence ${confidence.toFixed(2)}, ${minConfidence} needed)${rival}`,
    };
  return { verdict: "root_cause", why: `the evidence singles out ${first.id}` };
}
