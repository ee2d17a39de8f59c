import { addScore, type EvidenceMap, type Scores } from "../evidence-map.ts";

/** A change shortly before the alarm makes its entity suspect. A prior, never a proof: it only counts beside other evidence. */
export function rankChanges({ findings, candidateOf }: EvidenceMap): Scores {
  const scores: Scores = new Map();
  for (const finding of findings) {
    if (finding.signal === "change") addScore(scores, candidateOf(finding.entity.id), finding.strength, [finding]);
  }
  return scores;
}
