import { addScore, type EvidenceMap, type Scores } from "../evidence-map.ts";

/** What the cluster itself says is wrong. */
export function rankCluster({ findings, candidateOf }: EvidenceMap): Scores {
  const scores: Scores = new Map();
  for (const finding of findings)
    if (finding.signal === "cluster") addScore(scores, candidateOf(finding.entity.id), finding.strength, [finding]);
  return scores;
}
