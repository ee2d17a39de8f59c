import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";
import { raiseNodes, settleLevels } from "../settle-levels.ts";

/** Unusual alerts, the strongest of each family, summed over families: several of one family say one thing. Each family has its own level: a pod may be slow while its service runs out of memory. */
export function rankAlerts(map: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  const firing = map.findings.filter(({ kind }) => kind === "alert.firing");
  for (const ofFamily of Map.groupBy(firing, ({ evidence }) => String(evidence.facts.family)).values()) {
    const strongest: RankerScores = new Map();
    for (const finding of ofFamily) {
      const candidate = map.candidateOf(finding.entity.id);
      if (candidate !== null && finding.strength > (strongest.get(candidate)?.score ?? 0))
        strongest.set(candidate, { score: finding.strength, findings: [finding] });
    }
    for (const [candidate, { score, findings }] of settleLevels(strongest, map))
      addScore(scores, candidate, score, findings);
  }
  return raiseNodes(scores, map);
}
