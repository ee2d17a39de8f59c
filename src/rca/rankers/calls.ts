import type { CitedFinding } from "../../domain/finding.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** A call edge that got worse. `weight` ≥ 0, comparable among edges that are blamed together. */
type WorseCall = { caller: string; callee: string; weight: number; finding: CitedFinding };

/**
 * Blames each call edge that got worse on the end that other edges confirm: on the callee by the share of its callers
 * that see it worse, on the caller by the share of its callees that it sees worse. Entities are candidates.
 */
function blameEnds(calls: readonly WorseCall[], { graph, candidateOf }: EvidenceMap, scores: RankerScores): void {
  const known = (ids: readonly string[] | undefined): number => new Set((ids ?? []).map(candidateOf)).size;
  for (const [callee, into] of Map.groupBy(calls, (call) => call.callee)) {
    addScore(
      scores,
      callee,
      total(into) * shareOf(ends(into, "caller"), known(graph.callers.get(callee))),
      into.map(({ finding }) => finding),
    );
  }
  for (const [caller, outOf] of Map.groupBy(calls, (call) => call.caller)) {
    // One bad call is no evidence against its caller: the callee explains it as well.
    const bad = ends(outOf, "callee");
    if (bad >= 2)
      addScore(
        scores,
        caller,
        total(outOf) * shareOf(bad, known(graph.callees.get(caller))),
        outOf.map(({ finding }) => finding),
      );
  }
}

const total = (calls: readonly WorseCall[]): number => calls.reduce((sum, { weight }) => sum + weight, 0);
const ends = (calls: readonly WorseCall[], end: "caller" | "callee"): number =>
  new Set(calls.map((call) => call[end])).size;

/** Share of bad calls, pulled towards one half if there are few calls: 1 of 1 proves less than 4 of 4. */
const shareOf = (bad: number, all: number): number => (bad + 0.5) / (Math.max(bad, all) + 1);

/**
 * Metrics about calls (`SuccessRate:a->b`): the worst of each call edge, on a log scale, blamed on the end that other
 * edges confirm.
 */
export function rankCallMetrics(map: EvidenceMap): RankerScores {
  const worst = new Map<string, WorseCall>();
  for (const finding of map.findings) {
    const call = metricCallOf(finding);
    const [caller, callee] = [call && map.candidateOf(call.caller), call && map.candidateOf(call.callee)];
    if (!caller || !callee || caller === callee) continue;
    const weight = Math.log1p(finding.strength);
    const key = `${caller}\u0000${callee}`;
    if ((worst.get(key)?.weight ?? 0) < weight) worst.set(key, { caller, callee, weight, finding });
  }
  const scores: RankerScores = new Map();
  blameEnds([...worst.values()], map, scores);
  return scores;
}

/** Caller and callee of a metric finding about a call; null for other findings. */
export function metricCallOf({ kind, evidence: { facts } }: CitedFinding): { caller: string; callee: string } | null {
  if (!kind.startsWith("metric.") || typeof facts.caller !== "string" || typeof facts.callee !== "string") return null;
  return { caller: facts.caller, callee: facts.callee };
}

/** Added time as a share of a normal request: inside an entity, or on the calls into and out of it. */
export function rankTraceTime(map: EvidenceMap): RankerScores {
  const { findings, candidateOf } = map;
  const scores: RankerScores = new Map();
  for (const finding of findings) {
    if (finding.kind === "trace.self-time")
      addScore(scores, candidateOf(finding.entity.id), finding.strength, [finding]);
  }
  const calls = findings.flatMap((finding): WorseCall[] => {
    const [callee, caller] = [candidateOf(finding.entity.id), finding.peer === null ? null : candidateOf(finding.peer)];
    if (finding.kind !== "trace.edge-latency" || callee === null || caller === null) return [];
    return [{ caller, callee, weight: finding.strength, finding }];
  });
  blameEnds(calls, map, scores);
  return scores;
}
