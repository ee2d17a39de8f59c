import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

const rankBy =
  (fact: "rollout_evidence" | "rollout_timing") =>
  ({ findings, candidateOf }: EvidenceMap): RankerScores => {
    const scores: RankerScores = new Map();
    for (const finding of findings) {
      const value = finding.evidence.facts[fact];
      if (finding.signal === "change" && typeof value === "number")
        addScore(scores, candidateOf(finding.entity.id), value, [finding]);
    }
    return scores;
  };

/** What got worse on new instances beyond what did on old ones, on a log scale. */
export const rankRolloutEffects = rankBy("rollout_evidence");
/** Rollouts in progress, by how well they fit in time. They say who, should something be wrong; not that something is. */
export const rankRolloutTiming = rankBy("rollout_timing");
