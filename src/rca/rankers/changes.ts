import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** A change shortly before the alarm makes its entity suspect. A prior, never a proof: it only counts beside other evidence. */
export function rankChanges({ findings, candidateOf }: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  for (const finding of findings) {
    if (finding.signal === "change") addScore(scores, candidateOf(finding.entity.id), finding.strength, [finding]);
  }
  return scores;
}
