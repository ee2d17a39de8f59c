import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";
import { blameEnds, type Way } from "./blame-ends.ts";

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
