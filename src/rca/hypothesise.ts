import type { Hypothesis, PastCauses } from "../domain/hypothesis.ts";
import { speakAgainst } from "./accounts-for.ts";
import { CAUSES } from "./catalogue.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import type { Suspect } from "./fuse.ts";
import type { FaultLevel } from "./fault-level.ts";
import { bestCause, matchCauses } from "./match-cause.ts";
import { pastReasons, preferPast } from "./past.ts";
import { refutedBy } from "./next-evidence.ts";
import type { CitedFinding } from "../domain/finding.ts";
import { type DependencyGraph, hopsFrom, shortestPath } from "../topology/graph.ts";

/** Findings that a hypothesis cites; the rest stay in the evidence list. */
const MAX_CITED = 12;

type Judged = { confidence: number; calibrated: boolean; supported: boolean };
type Known = { map: EvidenceMap; similar: readonly PastCauses[]; levelOf: (service: string) => FaultLevel | null };

/** A suspect as a hypothesis: at its level, with its likeliest cause, what speaks for and against it, the way from the symptom to it, and what would refute it. */
export function hypothesise(
  suspect: Suspect,
  { confidence, calibrated, supported }: Judged,
  { map, similar, levelOf }: Known,
): Hypothesis {
  const matches = preferPast(matchCauses(CAUSES, suspect.id, map), suspect.id, similar);
  const cause = bestCause(matches);
  const [match] = matches;
  const cited = [...(match?.for ?? []), ...suspect.findings.toSorted((a, b) => b.strength - a.strength)];
  const votes = Object.entries(suspect.votes).toSorted(([, a], [, b]) => b - a);
  const level = levelOf(suspect.id);
  const way = symptomPath(suspect.id, map.incident.entry, map.graph, map.findings);
  const path = level === null || level.id === suspect.id ? way : [...way, level.id];
  return {
    entity: level
      ? { id: level.id, kind: level.kind }
      : { id: suspect.id, kind: map.candidates.get(suspect.id) ?? "unknown" },
    cause,
    confidence: Number(confidence.toFixed(4)),
    calibrated,
    status: supported ? "supported" : "untested",
    reasons: [
      ...(match?.reasons ?? []),
      ...(level ? [level.why] : []),
      ...votes.map(([name, vote]) => `${name}: ${vote.toFixed(2)} of the votes`),
      ...pastReasons(suspect.id, cause, similar),
    ],
    for: [...new Set(cited.map(({ id }) => id))].slice(0, MAX_CITED),
    against: [...new Set([...(match?.against ?? []), ...speakAgainst(suspect, map)].map(({ id }) => id))],
    path,
    wouldRefute: refutedBy(cause, cited[0], path),
  };
}

/**
 * The way from the symptom to the suspect, both included: from the entry along the calls, else from the farthest caller that shows anything itself.
 * Just the suspect where no calls are known.
 */
export function symptomPath(
  suspect: string,
  entry: string | null,
  graph: DependencyGraph,
  findings: readonly CitedFinding[],
): string[] {
  const fromEntry = entry === null ? null : shortestPath(entry, suspect, graph.callees);
  if (fromEntry) return fromEntry;
  const shown = new Set(findings.map(({ entity }) => graph.ownerOf.get(entity.id) ?? entity.id));
  const [symptom] = [...hopsFrom(suspect, graph.callers)]
    .filter(([id]) => shown.has(id))
    .toSorted(([a, hopsA], [b, hopsB]) => hopsB - hopsA || (a < b ? -1 : 1));
  return (symptom && shortestPath(symptom[0], suspect, graph.callees)) ?? [suspect];
}
