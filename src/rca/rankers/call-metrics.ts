import { metricCallOf } from "../metric-call.ts";
import type { EvidenceMap, RankerScores } from "../evidence-map.ts";
import { blameEnds, type Way } from "./blame-ends.ts";

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
