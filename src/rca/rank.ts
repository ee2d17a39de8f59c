import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis, PastCauses, Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import type { Topology } from "../domain/telemetry.ts";
import { CAUSES, causeCard } from "./catalogue.ts";
import { confidenceOf, standing } from "./confidence.ts";
import { type EvidenceMap, evidenceMap } from "./evidence-map.ts";
import { culpritChange } from "./culprit-change.ts";
import { furtherCauses } from "./further-causes.ts";
import { fuse, type Suspect } from "./fuse.ts";
import { bestCause, matchCauses } from "./match-cause.ts";
import { nextEvidence } from "./next-evidence.ts";
import { breakTies, pastReasons, preferPast } from "./past.ts";
import { faultOnset } from "./onset.ts";
import { symptomPath } from "./path.ts";
import { RANKERS } from "./rankers.ts";
import { settleVerdict } from "./verdict.ts";

const MAX_HYPOTHESES = 10;
/** Findings that a hypothesis cites; the rest stay in the evidence list. */
const MAX_CITED = 12;

export type RankInput = { incident: Incident; findings: readonly CitedFinding[]; topology: Topology; similar: readonly PastCauses[] };

/** Findings and topology in; ranked hypotheses, the verdict and the onset out. */
export function rankCauses({ incident, findings, topology, similar }: RankInput): Ranking {
  const map = evidenceMap(incident, topology, findings);
  const suspects = breakTies(fuse(map, RANKERS), similar);
  const [first] = suspects;
  const further = first ? furtherCauses(first, map, RANKERS) : new Map<string, number>();
  const rivals = suspects.filter(({ id }) => !further.has(id)); // who is ill for reasons of its own is no rival
  const stands = standing(rivals);
  const confidence = confidenceOf(stands);
  const { verdict, why } = settleVerdict({ suspects: rivals, confidence, findings, incident });
  const onsetMs = first && verdict !== "no_incident" ? faultOnset(first.findings) : null;
  const rest = rivals.slice(1).reduce((sum, { score }) => sum + score, 0);
  const hypotheses = causesFirst(suspects, further).slice(0, MAX_HYPOTHESES).map((suspect, place) => {
    // what the first leaves over is shared out among its rivals by their votes
    const shared = place === 0 ? confidence : ((1 - confidence) * suspect.score) / Math.max(rest, 1e-9);
    const own = Math.min(confidence, further.get(suspect.id) ?? shared);
    return hypothesis(suspect, own, map, similar, { first: place === 0, supported: verdict === "root_cause" && (place === 0 || further.has(suspect.id)) });
  });
  const change = culpritChange(hypotheses[0]?.entity.id, map); // given whatever the verdict, as the ranking is
  return { verdict, why, onsetMs, hypotheses, ...(change === undefined ? {} : { change }), ...(stands === null ? {} : { standing: stands }), nextEvidence: nextEvidence(hypotheses, incident) };
}

/** The first, then the further causes in their order, then the rest. */
function causesFirst(suspects: readonly Suspect[], further: ReadonlyMap<string, number>): Suspect[] {
  const places = [...further.keys()];
  const placeOf = ({ id }: Suspect, at: number): number => (at === 0 ? -1 : further.has(id) ? places.indexOf(id) : places.length + at);
  return suspects.map((suspect, at) => ({ suspect, place: placeOf(suspect, at) })).toSorted((a, b) => a.place - b.place).map(({ suspect }) => suspect);
}

function hypothesis(suspect: Suspect, confidence: number, map: EvidenceMap, similar: readonly PastCauses[], { first, supported }: { first: boolean; supported: boolean }): Hypothesis {
  const matches = preferPast(matchCauses(CAUSES, suspect.id, map), suspect.id, similar);
  const cause = bestCause(matches);
  const [match] = matches;
  const cited = [...(match?.for ?? []), ...suspect.findings.toSorted((a, b) => b.strength - a.strength)];
  const votes = Object.entries(suspect.votes).toSorted(([, a], [, b]) => b - a);
  return {
    entity: { id: suspect.id, kind: map.candidates.get(suspect.id) ?? "unknown" },
    cause,
    confidence: Number(confidence.toFixed(4)),
    calibrated: first, // the others share what it leaves over
    status: supported ? "supported" : "untested",
    reasons: [
      ...(match?.reasons ?? []),
      ...votes.map(([name, vote]) => `${name}: ${vote.toFixed(2)} of the votes`),
      ...pastReasons(suspect.id, cause, similar),
    ],
    for: [...new Set(cited.map(({ id }) => id))].slice(0, MAX_CITED),
    against: [...new Set((match?.against ?? []).map(({ id }) => id))],
    path: symptomPath(suspect.id, map.incident.entry, map.graph, map.findings),
    wouldRefute: causeCard(cause)?.refutedBy ?? "the same findings before the onset, or on entities that never fail",
  };
}
