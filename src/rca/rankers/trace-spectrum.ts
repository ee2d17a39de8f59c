import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** Through whom requests go wrong while others do not. A pod's share speaks of the pod alone: its service has one of its own. */
export function rankTraceSpectrum({ findings, candidateOf }: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  for (const finding of findings.filter(({ kind }) => kind === "trace.spectrum")) {
    const { id, kind } = finding.entity;
    const candidate = candidateOf(id);
    if (kind !== "pod" || candidate === id) addScore(scores, candidate, finding.strength, [finding]);
  }
  return scores;
}
