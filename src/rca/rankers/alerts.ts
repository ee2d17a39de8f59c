import { addScore, type EvidenceMap, type Scores } from "../evidence-map.ts";

/** What a pod's alerts say about its service as well. */
const UPWARDS = 1 / 3;

/** Alerts weighted by how few entities raise one like it, summed; a pod passes a third on to its service where both may be named. */
export function rankAlerts({ findings, graph, candidateOf, candidates }: EvidenceMap): Scores {
  const scores: Scores = new Map();
  for (const finding of findings) {
    if (finding.kind !== "alert.firing") continue;
    const candidate = candidateOf(finding.entity.id);
    addScore(scores, candidate, finding.strength, [finding]);
    const owner = graph.ownerOf.get(finding.entity.id);
    if (owner !== undefined && owner !== candidate && candidates.has(owner)) addScore(scores, owner, finding.strength * UPWARDS, [finding]);
  }
  return scores;
}
