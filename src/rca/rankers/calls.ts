import type { CitedFinding } from "../../domain/finding.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** A call that got worse, from `caller` to `callee`; `weight` ≥ 0, comparable among the ways given together. */
export type Way = { caller: string; callee: string; weight: number; finding: CitedFinding };

/**
 * Blames ways that got worse on the end that its other ways bear out: on the callee as far as all its callers see it worse, on the caller as far as all
 * that it calls seems worse to it. Entities are candidates.
 */
export function blameEnds(ways: readonly Way[], { graph, candidateOf }: EvidenceMap, scores: RankerScores): void {
  const known = (ids: readonly string[] | undefined): number => new Set((ids ?? []).map(candidateOf)).size;
  for (const [callee, into] of Map.groupBy(ways, (way) => way.callee)) {
    addScore(
      scores,
      callee,
      total(into) * shareOf(ends(into, "caller"), known(graph.callers.get(callee))),
      into.map(({ finding }) => finding),
    );
  }
  for (const [caller, outOf] of Map.groupBy(ways, (way) => way.caller)) {
    // one bad way says nothing about its caller: the callee explains it as well
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

const total = (ways: readonly Way[]): number => ways.reduce((sum, { weight }) => sum + weight, 0);
const ends = (ways: readonly Way[], end: "caller" | "callee"): number => new Set(ways.map((way) => way[end])).size;

/** Share of the ways that are bad, pulled to one half where they are few: 1 of 1 proves less than 4 of 4. */
const shareOf = (bad: number, all: number): number => (bad + 0.5) / (Math.max(bad, all) + 1);

/** Figures about calls (`SuccessRate:a->b`): the worst of each call, on a log scale, blamed on the end that its other calls bear out. */
export function rankCallMetrics(map: EvidenceMap): RankerScores {
  const worst = new Map<string, Way>();
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

/** Both ends of the call that a metric finding is about; null for other findings. */
export function metricCallOf({ kind, evidence: { facts } }: CitedFinding): { caller: string; callee: string } | null {
  if (!kind.startsWith("metric.") || typeof facts.caller !== "string" || typeof facts.callee !== "string") return null;
  return { caller: facts.caller, callee: facts.callee };
}

/** Who adds the time: as shares of a usual request, inside an entity, and on the ways into and out of it. */
export function rankTraceTime(map: EvidenceMap): RankerScores {
  const { findings, candidateOf } = map;
  const scores: RankerScores = new Map();
  for (const finding of findings) {
    if (finding.kind === "trace.self-time")
      addScore(scores, candidateOf(finding.entity.id), finding.strength, [finding]);
  }
  const ways = findings.flatMap((finding): Way[] => {
    const [callee, caller] = [candidateOf(finding.entity.id), finding.peer === null ? null : candidateOf(finding.peer)];
    if (finding.kind !== "trace.edge-latency" || callee === null || caller === null) return [];
    return [{ caller, callee, weight: finding.strength, finding }];
  });
  blameEnds(ways, map, scores);
  return scores;
}
