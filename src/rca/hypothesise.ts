import type { CauseCard } from "../domain/cause.ts";
import type { Hypothesis, PastCauses } from "../domain/hypothesis.ts";
import { evidenceAgainst } from "./accounts-for.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import type { Suspect } from "./fuse.ts";
import type { FaultLevel } from "./fault-level.ts";
import { bestCause, matchCauses } from "./match-cause.ts";
import { pastReasons, preferPast } from "./past.ts";
import { refutedBy } from "./next-evidence.ts";
import { type CitedReading, preferRead, readingReasons } from "./readings.ts";
import { withStatedCallers } from "./stated-calls.ts";
import { stuckConsumerOf } from "./stuck-consumers.ts";
import type { CitedFinding } from "../domain/finding.ts";
import { type DependencyGraph, hopsFrom, shortestPath } from "../topology/graph.ts";

/** Findings that a hypothesis cites at most. The rest stay in the evidence list. */
const MAX_CITED = 12;

type Judged = { confidence: number; calibrated: boolean; supported: boolean };
type Context = {
  map: EvidenceMap;
  similar: readonly PastCauses[];
  levelOf: (service: string) => FaultLevel | null;
  causes: readonly CauseCard[];
  readings: readonly CitedReading[];
};

/**
 * Builds a hypothesis from a suspect: level, likeliest cause, evidence for and against, path from the symptom,
 * refutation.
 */
export function hypothesise(
  suspect: Suspect,
  { confidence, calibrated, supported }: Judged,
  { map, similar, levelOf, causes, readings }: Context,
): Hypothesis {
  const past = preferPast(matchCauses(causes, suspect.id, map), suspect.id, similar);
  const matches = preferRead(past, suspect.id, readings, map);
  const cause = bestCause(matches);
  const [match] = matches;
  const cited = [...(match?.for ?? []), ...suspect.findings.toSorted((a, b) => b.strength - a.strength)];
  const votes = Object.entries(suspect.votes).toSorted(([, a], [, b]) => b - a);
  const level = levelOf(suspect.id);
  const graph = withStatedCallers(suspect.id, map);
  // users feel that the queue is not emptied, and nobody calls its consumer
  const stuck = stuckConsumerOf(suspect.id, map);
  const pathToSuspect =
    stuck === null ? symptomPath(suspect.id, map.incident.entry, graph, map.findings) : [stuck.queue, suspect.id];
  const path = level === null || level.id === suspect.id ? pathToSuspect : [...pathToSuspect, level.id];
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
      ...votes.map(([name, vote]) => `${name}: ${vote.toFixed(2)} votes`),
      ...pastReasons(suspect.id, cause, similar),
      ...readingReasons(suspect.id, readings, map),
    ],
    for: citedIds(cited, ({ entity }) => map.candidateOf(entity.id) === suspect.id),
    against: [
      ...new Set([...(match?.against ?? []), ...evidenceAgainst(suspect, { ...map, graph })].map(({ id }) => id)),
    ],
    path,
    wouldRefute: refutedBy(cause, cited[0], path),
  };
}

/**
 * The ids of the first findings, each once. Strengths of different signals are no common scale, so each signal that shows
 * something about the suspect itself keeps a place.
 */
function citedIds(cited: readonly CitedFinding[], isOwn: (finding: CitedFinding) => boolean): string[] {
  const all = [...new Map(cited.map((finding) => [finding.id, finding])).values()];
  const first = all.slice(0, MAX_CITED);
  const shown = new Set(first.filter(isOwn).map(({ signal }) => signal));
  const left = all.slice(MAX_CITED).filter((finding) => isOwn(finding) && !shown.has(finding.signal));
  const others = [...new Map(left.toReversed().map((finding) => [finding.signal, finding])).values()];
  return [...first.slice(0, MAX_CITED - others.length), ...others].map(({ id }) => id);
}

/**
 * Returns the path from the symptom to the suspect, both included: from the entry along the calls; without an entry,
 * from the farthest caller with findings of its own. The suspect alone if no calls are known.
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
