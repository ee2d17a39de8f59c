import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** Where failing requests fail first, as the share of requests. */
export function rankTraceErrors({ findings, candidateOf }: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  for (const finding of findings) {
    if (finding.kind === "trace.error-origin" || finding.kind === "trace.failed-call")
      addScore(scores, candidateOf(finding.entity.id), finding.strength, [finding]);
  }
  return scores;
}
