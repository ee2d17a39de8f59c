import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis, Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import type { RecalledIncident } from "../domain/ports.ts";
import type { Topology } from "../domain/telemetry.ts";
import { CAUSES, causeCard } from "./catalogue.ts";
import { confidenceOf, standing } from "./confidence.ts";
import { type EvidenceMap, evidenceMap } from "./evidence-map.ts";
import { culpritChange } from "./culprit-change.ts";
import { fuse, type Suspect } from "./fuse.ts";
import { bestCause, matchCauses } from "./match-cause.ts";
import { nextEvidence } from "./next-evidence.ts";
import { faultOnset } from "./onset.ts";
import { symptomPath } from "./path.ts";
import { RANKERS } from "./rankers.ts";
import { settleVerdict } from "./verdict.ts";

const MAX_HYPOTHESES = 10;
/** Findings that a hypothesis cites; the rest stay in the evidence list. */
const MAX_CITED = 12;

export type RankInput = { incident: Incident; findings: readonly CitedFinding[]; topology: Topology; similar: readonly RecalledIncident[] };

/** Findings and topology in; ranked hypotheses, the verdict and the onset out. */
export function rankCauses({ incident, findings, topology, similar }: RankInput): Ranking {
  const map = evidenceMap(incident, topology, findings);
  const suspects = fuse(map, RANKERS);
  const stands = standing(suspects);
  const confidence = confidenceOf(stands);
  const [first] = suspects;
  const { verdict, why } = settleVerdict({ suspects, confidence, findings, incident });
  const onsetMs = first && verdict !== "no_incident" ? faultOnset(first.findings) : null;
  const rest = suspects.slice(1).reduce((sum, { score }) => sum + score, 0);
  const hypotheses = suspects.slice(0, MAX_HYPOTHESES).map((suspect, place) => {
    // what the first leaves over is shared out among the others by their votes
    const own = place === 0 ? confidence : Math.min(confidence, ((1 - confidence) * suspect.score) / Math.max(rest, 1e-9));
    return hypothesis(suspect, own, map, similar, { first: place === 0, supported: verdict === "root_cause" && place === 0 });
  });
  const change = culpritChange(hypotheses[0]?.entity.id, map); // given whatever the verdict, as the ranking is
  return { verdict, why, onsetMs, hypotheses, ...(change === undefined ? {} : { change }), ...(stands === null ? {} : { standing: stands }), nextEvidence: nextEvidence(hypotheses, incident) };
}

function hypothesis(suspect: Suspect, confidence: number, map: EvidenceMap, similar: readonly RecalledIncident[], { first, supported }: { first: boolean; supported: boolean }): Hypothesis {
  const matches = matchCauses(CAUSES, suspect.id, map);
  const cause = bestCause(matches);
  const [match] = matches;
  const cited = [...(match?.for ?? []), ...suspect.findings.toSorted((a, b) => b.strength - a.strength)];
  const votes = Object.entries(suspect.votes).toSorted(([, a], [, b]) => b - a);
  const past = similar.find((incident) => incident.entity === suspect.id && incident.cause === cause);
  return {
    entity: { id: suspect.id, kind: map.candidates.get(suspect.id) ?? "unknown" },
    cause,
    confidence: Number(confidence.toFixed(4)),
    calibrated: first, // the others share what it leaves over
    status: supported ? "supported" : "untested",
    reasons: [
      ...(match?.reasons ?? []),
      ...votes.map(([name, vote]) => `${name}: ${vote.toFixed(2)} of the votes`),
      ...(past ? [`incident ${past.incidentId} had this cause`] : []),
    ],
    for: [...new Set(cited.map(({ id }) => id))].slice(0, MAX_CITED),
    against: [...new Set((match?.against ?? []).map(({ id }) => id))],
    path: symptomPath(suspect.id, map.incident.entry, map.graph, map.findings),
    wouldRefute: causeCard(cause)?.refutedBy ?? "the same findings before the onset, or on entities that never fail",
  };
}
