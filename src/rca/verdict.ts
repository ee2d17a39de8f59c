import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { utcTime } from "../domain/time.ts";
import { CALIBRATION } from "./confidence.ts";
import type { SettledVerdict } from "./settled-verdict.ts";
import type { Suspect } from "./fuse.ts";
import { evidenceStrengthOf, requestStrengthOf } from "./evidence-strength.ts";
import {
  areUsersUnaffected,
  confirmedSymptom,
  doubtfulAlerts,
  isOfUnknownKind,
  isImpactUnobservable,
  showsFailure,
  type BaselineCoverage,
} from "./symptom.ts";

/**
 * Without a visible symptom, weaker evidence is everyday noise: half of the healthy slices of the development suites
 * with logs and traces reach this strength.
 */
export const QUIET_STRENGTH = 1;
/**
 * Without a visible symptom, evidence must be stronger to name a cause. Over three in four healthy slices are weaker.
 */
export const SURE_STRENGTH = 4;
/**
 * With at most this many of seven sources unread, alerts alone do not name a cause: other telemetry would show a fault.
 */
const MAX_UNREAD = 4;
/** A smaller lead, as a share of the first's votes, is no lead. */
const MIN_LEAD = 0.05;

/**
 * - `unlisted`: suspects outside a closed vocabulary, if no listed name is suspect.
 * - `alarmAlone`: see `isAlarmAlone`.
 * - `baselineCoverage`: see `confirmedSymptom`.
 * - `entries`: where requests come in, see `entriesOf`.
 * - `unread`: number of telemetry sources that were not read; all but the alerts by default.
 * - `minConfidence`: minimum confidence of a root cause.
 * - `unexplained`: see `unexplainedState`.
 */
type VerdictInput = {
  suspects: readonly Suspect[];
  unlisted?: readonly Suspect[];
  alarmAlone?: boolean;
  confidence: number;
  findings: readonly CitedFinding[];
  incident: Incident;
  baselineCoverage?: BaselineCoverage;
  entries?: ReadonlySet<string>;
  unread?: number;
  minConfidence?: number;
  unexplained?: string | null;
};

/**
 * Decides the verdict: a root cause, inconclusive, recovered or no incident; always with the reason, in full sentences.
 */
export function settleVerdict({
  suspects,
  unlisted = [],
  alarmAlone = false,
  confidence,
  findings,
  incident,
  baselineCoverage = new Map(),
  entries = new Set(incident.entry === null ? [] : [incident.entry]),
  unread = MAX_UNREAD + 1,
  minConfidence = CALIBRATION.minConfidence,
  unexplained = null,
}: VerdictInput): SettledVerdict {
  const abnormal = findings.filter(({ signal }) => signal !== "change");
  const [first, second] = suspects;
  const symptom = confirmedSymptom(findings, incident, baselineCoverage, entries);
  const [doubtful] = doubtfulAlerts(findings, baselineCoverage);
  const unproven = doubtful ? unprovenAlert(doubtful, baselineCoverage) : "";
  if (!first && symptom !== null)
    return inconclusive(`Users are affected, but no telemetry implicates a component. Symptom: ${symptom.what}.`, true);
  if (!first && evidenceStrengthOf(unlisted, incident) >= QUIET_STRENGTH)
    return inconclusive(`The abnormal component is ${unlisted[0]?.id}, which is not among the allowed answers.`);
  if (abnormal.length === 0 || !first)
    return { verdict: "no_incident", why: "Nothing that was checked left its baseline range.", faultShown: false };
  const strength = evidenceStrengthOf(suspects, incident);
  if (symptom === null && doubtful && isOfUnknownKind(doubtful) && strength < SURE_STRENGTH)
    return inconclusive(`${unproven}.`);
  if (symptom === null && strength < QUIET_STRENGTH) {
    const weak = `No symptom exceeds what healthy systems show (evidence strength ${floored(strength)}, ${QUIET_STRENGTH} needed).`;
    return { verdict: "no_incident", why: unproven === "" ? weak : `${unproven}.`, faultShown: false };
  }
  if (symptom !== null && symptom.overSince !== null)
    return {
      verdict: "recovered",
      why: `The symptom has been back to normal since ${utcTime(symptom.overSince)}: ${symptom.what}.`,
      faultShown: true,
    };
  const areRequestsNormal = requestStrengthOf(suspects) < SURE_STRENGTH;
  if (symptom === null && areRequestsNormal && areUsersUnaffected(findings, incident, baselineCoverage, entries))
    return inconclusive(
      `${unproven === "" ? "" : `${unproven}. `}${first.id} is abnormal, but users are not affected: the requests ` +
        "that enter the system were compared with a baseline and are as fast and as successful as before.",
    );
  if (symptom === null && first.findings.length > 0 && !first.findings.some(showsFailure))
    return inconclusive(`${first.id} behaves differently, but no data shows that it fails or waits.`);
  if (symptom === null && strength < SURE_STRENGTH) {
    const noImpact =
      unproven !== ""
        ? `${unproven}.`
        : isImpactUnobservable(incident)
          ? NO_ENTRY
          : `No evidence clearly shows that ${first.id} affects users.`;
    return inconclusive(
      `${noImpact} Healthy systems sometimes show evidence as strong as this about ${first.id} ` +
        `(evidence strength ${floored(strength)}, ${SURE_STRENGTH} needed).`,
    );
  }
  if (unread <= MAX_UNREAD && first.findings.every(({ kind }) => kind === "alert.firing") && first.findings.length > 0)
    return inconclusive(
      `Only alerts point at ${first.id}. The other telemetry shows nothing abnormal there.`,
      symptom !== null,
    );
  if (alarmAlone)
    return inconclusive(
      `The only evidence is the alert on ${first.id} itself, which cannot show whether another component caused it.`,
      symptom !== null,
    );
  if (unexplained !== null)
    return inconclusive(`The cluster reports of ${first.id}: ${unexplained}. Nothing that was read says why.`, true);
  if (second && !statesEffectOn(first, second) && first.score - second.score < MIN_LEAD * first.score)
    return inconclusive(`The evidence points at ${first.id} and at ${second.id} about equally.`, true);
  if (confidence < minConfidence)
    return inconclusive(
      `The evidence does not single out ${first.id}: a root cause needs a confidence of ` +
        `${Math.round(minConfidence * 100)} %.`,
      true,
    );
  return { verdict: "root_cause", why: `The evidence singles out ${first.id}.`, faultShown: true };
}

/** True if the cluster says that the state of the first stops the second: a quota that refuses its pods. */
const statesEffectOn = ({ findings }: Suspect, { id }: Suspect): boolean =>
  findings.some(
    ({ signal, peer, evidence }) => signal === "cluster" && peer === id && evidence.facts.means !== undefined,
  );

/** Two digits, rounded down: a value below a limit must not read as the limit. */
const floored = (value: number): number => Math.floor(value * 100) / 100;

const NO_ENTRY =
  "Causeway does not know the entry service, so it cannot tell whether users are affected. " +
  "Set `entry` in scenario.json or `topology.entry` in config.yaml.";

const inconclusive = (why: string, faultShown = false): SettledVerdict => ({
  verdict: "inconclusive",
  why,
  faultShown,
});

/** Why an alert may be false, without a full stop. */
function unprovenAlert({ summary, entity }: CitedFinding, baselineCoverage: BaselineCoverage): string {
  const compared = (baselineCoverage.get(entity.id) ?? []).toReversed().join(" and ");
  return `${summary}, but the ${compared} of ${entity.id} stayed within the baseline range`;
}
