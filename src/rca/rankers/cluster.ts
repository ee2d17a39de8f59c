import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** What the cluster itself says is wrong. */
export function rankCluster({ findings, candidateOf }: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  for (const finding of findings)
    if (finding.signal === "cluster") addScore(scores, candidateOf(finding.entity.id), finding.strength, [finding]);
  return scores;
}
