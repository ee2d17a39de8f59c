import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";
import { stuckConsumers } from "../stuck-consumers.ts";

/** Ranks consumers that stopped while their queue grows: the queue only shows it. */
export function rankConsumers(map: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  for (const { consumer, stopped, backlog } of stuckConsumers(map))
    addScore(scores, consumer, 1, [stopped, ...backlog]);
  return scores;
}
