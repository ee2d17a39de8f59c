import type { CauseCard } from "../domain/cause.ts";
import type { SourceExtent } from "../domain/extent.ts";
import type { CitedFinding } from "../domain/finding.ts";
import type { PastCauses, Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import { userSliOf } from "../domain/signals.ts";
import type { Topology } from "../domain/telemetry.ts";
import { proveAllClear } from "./all-clear.ts";
import { CAUSES } from "./catalogue.ts";
import { CALIBRATION, type Calibration, confidenceOf, limitsOfConfidence, confidenceOfUnproven } from "./confidence.ts";
import { confidenceFeatures } from "./confidence-features.ts";
import { isSurge } from "./demand.ts";
import { entriesOf } from "./entries.ts";
import { evidenceMap } from "./evidence-map.ts";
import { culpritChange } from "./culprit-change.ts";
import { furtherCauses } from "./further-causes.ts";
import { fuse, type Suspect } from "./fuse.ts";
import { hypothesise } from "./hypothesise.ts";
import { instanceLevels } from "./fault-level.ts";
import { bestCause, matchCauses } from "./match-cause.ts";
import { monitoringGaps } from "./monitoring-gaps.ts";
import { nextEvidence } from "./next-evidence.ts";
import { faultOnset } from "./onset.ts";
import { breakTies } from "./past.ts";
import { RANKERS } from "./rankers.ts";
import { type CitedReading, readingsBehind, settleByReadings, withoutGain } from "./readings.ts";
import { isAlarmAlone } from "./evidence-strength.ts";
import { confirmedSymptom, isImpactUnobservable, showsFailure, type BaselineCoverage } from "./symptom.ts";
import { statedCallers } from "./stated-calls.ts";
import { unexplainedState } from "./unexplained-state.ts";
import { settleVerdict } from "./verdict.ts";

const MAX_HYPOTHESES = 10;

/**
 * `unread`: number of telemetry sources that were not read, 0 by default. `baselineCoverage`: see `confirmedSymptom`.
 * `extents`: how far each source reaches. `calibration`, `causes`: absent for those in use. `readings`: what a model
 * reads in statements, none by default.
 */
export type RankInput = {
  incident: Incident;
  findings: readonly CitedFinding[];
  topology: Topology;
  similar: readonly PastCauses[];
  unread?: number;
  baselineCoverage?: BaselineCoverage;
  extents?: readonly SourceExtent[];
  beforeAlarm?: readonly CitedFinding[];
  calibration?: Calibration;
  causes?: readonly CauseCard[];
  readings?: readonly CitedReading[];
};

/** Ranks causes: findings and topology in; hypotheses, verdict and onset out. */
export function rankCauses(input: RankInput): Ranking {
  const { incident, topology, findings, baselineCoverage = new Map() } = input;
  const { blameless, notes } = monitoringGaps(
    evidenceMap(incident, topology, findings, { baselineCoverage }),
    baselineCoverage,
  );
  const measured = { ...input, findings: findings.filter((finding) => !blameless.has(finding)) };
  const ranked = rankMeasured({ ...measured, readings: [] });
  const ranking = (input.readings ?? []).length === 0 ? ranked : withoutGain(rankMeasured(measured), ranked);
  return notes.length === 0 ? ranking : { ...ranking, monitoringGaps: notes };
}

/** Ranks causes from the findings about those who were measured. */
function rankMeasured({
  incident,
  findings,
  topology,
  similar,
  unread = 0,
  baselineCoverage = new Map(),
  extents = [],
  beforeAlarm = [],
  calibration = CALIBRATION,
  causes = CAUSES,
  readings = [],
}: RankInput): Ranking {
  const map = evidenceMap(incident, topology, findings, { baselineCoverage });
  const rankers = isSurge(map) ? RANKERS.filter(({ corroborated }) => corroborated !== true) : RANKERS;
  const tied = breakTies(fuse(map, rankers), similar, ({ id }) => bestCause(matchCauses(causes, id, map)));
  const behind = readingsBehind(tied[0], readings, map);
  const suspects = settleByReadings(tied, behind, map);
  const [first] = suspects;
  const unlisted =
    first || incident.vocabulary === null
      ? []
      : fuse(evidenceMap({ ...incident, vocabulary: null }, topology, findings), RANKERS);
  const further = first
    ? furtherCauses(first, map, rankers, { unread, calibration, causes })
    : new Map<string, number>();
  const rivals = suspects.filter(({ id }) => !further.has(id)); // an independent fault is no rival
  const alarmAlone = isAlarmAlone(findings, map.candidateOf);
  const features = confidenceFeatures(rivals, unread, !alarmAlone);
  const likelihood = confidenceOf(features, calibration);
  const entries = entriesOf(incident, map.graph);
  const settled = (confidence: number) =>
    settleVerdict({
      suspects: rivals,
      unlisted,
      alarmAlone,
      confidence,
      minConfidence: calibration.minConfidence,
      unexplained: first ? unexplainedState(first.id, map, causes) : null,
      findings,
      incident,
      baselineCoverage,
      entries,
      unread,
    });
  const { verdict, why, faultShown } = proveAllClear(settled(likelihood), {
    findings,
    incident,
    baselineCoverage,
    extents,
    beforeAlarm,
    entries,
    stated: new Set(map.failures.flatMap(({ signature, finding }) => (signature.weight === 3 ? [finding.id] : []))),
  });
  const unproven = settled(1).verdict !== "root_cause"; // whatever the confidence
  const confidence = unproven ? confidenceOfUnproven(likelihood, calibration) : likelihood;
  const onsetMs = incident.onset?.atMs ?? (first ? faultOnset(first.findings) : null);
  const rest = rivals.slice(1).reduce((sum, { score }) => sum + score, 0);
  // the calibration was fitted on analyses in which nobody chose what to measure
  const isPointedOut = first?.findings.some(({ evidence }) => evidence.foundBy !== undefined) === true;
  const levelOf = instanceLevels(incident, topology, findings, rankers);
  const hypotheses = causesFirst(suspects, further)
    .slice(0, MAX_HYPOTHESES)
    .map((suspect, place) => {
      // rivals share the remaining probability by their votes
      const shared = place === 0 ? confidence : ((1 - confidence) * suspect.score) / Math.max(rest, 1e-9);
      const own = Math.min(confidence, (verdict === "root_cause" ? further.get(suspect.id) : undefined) ?? shared);
      const supported = verdict === "root_cause" && (place === 0 || further.has(suspect.id));
      return hypothesise(
        suspect,
        { confidence: own, calibrated: place === 0 && !isPointedOut, supported },
        { map, similar, levelOf, causes, readings: behind },
      );
    });
  const isFelt = confirmedSymptom(findings, incident, baselineCoverage, entries) !== null;
  const needsEntry = verdict === "inconclusive" && isImpactUnobservable(incident) && !isFelt;
  const fails = first !== undefined && (first.findings.some(isFailing) || map.failures.some(blames(first.id)));
  const callers = first === undefined ? [] : statedCallers(first.id, map);
  const change = culpritChange(first?.id, map, hypotheses[0]?.cause);
  const isMeasured = findings.some(
    ({ evidence: { facts } }) => change != null && facts.id === change && Number(facts.rollout_evidence ?? 0) > 0,
  );
  // A change without failures after it is not to blame, unless its new instances do measurably worse.
  const isBlamed = change !== undefined && (isMeasured || ((verdict === "root_cause" || isFelt) && fails));
  return {
    verdict,
    why,
    faultShown,
    onsetMs,
    hypotheses,
    ...(callers.length === 0 ? {} : { statedCallers: callers }),
    ...(change === undefined ? {} : { change: isBlamed ? change : null }),
    ...(features === null
      ? {}
      : {
          confidenceFeatures: { ...features, unproven: Number(unproven) },
          confidenceLimits: [...limitsOfConfidence(features, calibration), ...(isPointedOut ? [POINTED_OUT] : [])],
        }),
    nextEvidence: nextEvidence(hypotheses, incident, { needsEntry, alarmAlone }),
  };
}

const POINTED_OUT =
  "A model chose what to measure for a part of the evidence. No recording behind the confidence had such evidence.";

/** True for evidence of failure other than an alert about a resource or about the number of log lines. */
const isFailing = (finding: CitedFinding): boolean =>
  showsFailure(finding) && (finding.signal !== "alert" || userSliOf(finding.evidence.facts.family) !== null);

const blames =
  (id: string) =>
  ({ blamed }: { blamed: string | null }): boolean =>
    blamed === id;

/** Order: the first suspect, the further causes, the rest. */
function causesFirst(suspects: readonly Suspect[], further: ReadonlyMap<string, number>): Suspect[] {
  const places = [...further.keys()];
  const placeOf = ({ id }: Suspect, at: number): number =>
    at === 0 ? -1 : further.has(id) ? places.indexOf(id) : places.length + at;
  return suspects
    .map((suspect, at) => ({ suspect, place: placeOf(suspect, at) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ suspect }) => suspect);
}
