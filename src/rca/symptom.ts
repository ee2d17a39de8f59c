import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { userSliOf } from "../domain/signals.ts";
import type { Suspect } from "./fuse.ts";

/**
 * Rankers that know causes but no symptoms: a busy resource or a rollout in progress hurts nobody by itself. A slower service hurts where those who ask the system notice, which is
 * seen at its entry; where nobody told the entry, the service itself must do.
 */
const NO_SYMPTOM = new Set(["resources", "rollouts"]);
const NO_SYMPTOM_BEHIND_AN_ENTRY = new Set([...NO_SYMPTOM, "golden signals"]);

/** What the alarm is about is looked at more closely than the rest; it moved when it left its quiet range by more than that range is wide. */
const MOVED = 1;
/** Of all that tells of the same thing something moves by chance. */
const MOVED_BY_KIND = 2;

/** A share of failing requests below this is everyday life, though it be the first failure in an hour. */
const FAILING_SHARE = 0.05;

/** Whether errors are few beside the requests served; not so where nobody counts the requests. */
function isRare({ family, before, after, traffic }: CitedFinding["evidence"]["facts"]): boolean {
  return (
    family === "error" &&
    typeof traffic === "number" &&
    traffic > 0 &&
    (Number(after) - Number(before)) / traffic < FAILING_SHARE
  );
}

/** What people feel of each entity, as far as it was held against a quiet time: `latency`, `errors`. */
export type BaselineCoverage = ReadonlyMap<string, readonly string[]>;

/** How the trouble is known to be real; null where only the loudness of the evidence speaks for it. `overSince`: since when it is gone, Unix ms; null while it lasts. */
export type Symptom = { what: string; overSince: number | null } | null;

/**
 * Whether somebody outside the suspects notices: what the alarm is about moved, the entry serves worse, an alert fires, or the cluster reports it.
 *
 * @param baselineCoverage what of each entity was held against a quiet time: an alert on that which nothing bears out may have fired for nothing.
 */
export function confirmedSymptom(
  findings: readonly CitedFinding[],
  { entry, target }: Incident,
  baselineCoverage: BaselineCoverage,
): Symptom {
  const moved = findings.filter(({ signal, entity, strength, evidence: { facts } }) => {
    if (signal !== "metric" || strength < leastMove(facts)) return false;
    if (entity.id === target?.entity && facts.alarm_match !== undefined) return true;
    return (entity.id === entry || entity.kind === "entry") && userSliOf(facts.family) !== null && !isRare(facts);
  });
  const [first] = moved;
  if (first) return { what: first.summary, overSince: latest(moved) };
  const doubtful = new Set(doubtfulAlerts(findings, baselineCoverage));
  const alert = findings.find((finding) => finding.kind === "alert.firing" && !doubtful.has(finding));
  if (alert) return { what: alert.summary, overSince: null };
  const reported = findings.find(({ signal }) => signal === "cluster");
  return reported ? { what: reported.summary, overSince: null } : null;
}

const leastMove = ({ alarm_match }: CitedFinding["evidence"]["facts"]): number =>
  alarm_match === "by kind" ? MOVED_BY_KIND : MOVED;

/** Alerts on what is `watched` of their entity, or on nobody knows what, while its latency and errors are as ever: they may fire for nothing. */
export function doubtfulAlerts(findings: readonly CitedFinding[], baselineCoverage: BaselineCoverage): CitedFinding[] {
  const moved = new Set(
    findings.flatMap(({ signal, entity, strength, evidence: { facts } }) =>
      signal === "metric" && strength >= leastMove(facts) && userSliOf(facts.family) !== null ? [entity.id] : [],
    ),
  );
  return findings.filter((finding) => {
    const seen = baselineCoverage.get(finding.entity.id) ?? [];
    if (finding.kind !== "alert.firing" || seen.length === 0 || moved.has(finding.entity.id)) return false;
    const { family } = finding.evidence.facts;
    return isOfUnknownKind(finding) || seen.includes(userSliOf(family) ?? "");
  });
}

/** Whether an alert's name says nothing of what it is about. */
export const isOfUnknownKind = ({ evidence: { facts } }: CitedFinding): boolean => facts.family === facts.name;

/** Whether nothing says where trouble would be noticed: neither where requests come in nor what the alarm is about. */
export const isImpactUnobservable = ({ entry, target }: Incident): boolean => entry === null && target === null;

/** When the last of them was back; null unless all are. */
function latest(findings: readonly CitedFinding[]): number | null {
  const back = findings.map(({ evidence }) => Date.parse(String(evidence.facts.back_since ?? "")));
  return back.every(Number.isFinite) ? back.reduce((a, b) => Math.max(a, b)) : null;
}

/** How loud the symptoms of the loudest suspect are, in multiples of what a ranker starts to speak at. */
export function evidenceStrengthOf(suspects: readonly Suspect[], { entry }: Incident): number {
  const mute = entry === null ? NO_SYMPTOM : NO_SYMPTOM_BEHIND_AN_ENTRY;
  return suspects.reduce(
    (most, { strengths: loudness }) =>
      Math.max(
        most,
        Object.entries(loudness).reduce((sum, [name, loud]) => sum + (mute.has(name) ? 0 : loud), 0),
      ),
    0,
  );
}

/** Whether all that was found is alerts about one: they tell that it is ill, and nothing tells whether another made it so. */
export function isAlarmAlone(findings: readonly CitedFinding[], candidateOf: (id: string) => string | null): boolean {
  const abnormal = findings.filter(({ signal }) => signal !== "change");
  return (
    abnormal.length > 0 &&
    abnormal.every(({ kind }) => kind === "alert.firing") &&
    new Set(abnormal.map(({ entity }) => candidateOf(entity.id))).size === 1
  );
}
