import type { CitedFinding } from "../../domain/finding.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** Weight of each family: 1 if a shift points at its own entity. Traffic is missing: it only follows. */
const FAMILY_WEIGHT: Readonly<Record<string, number>> = {
  cpu: 1,
  memory: 1,
  pool: 1,
  restart: 1,
  disk: 0.8,
  "disk space": 0.8,
  threads: 0.5,
  queue: 0.8,
  network: 0.3,
};
/** Share of the second strongest family that is added. */
const SECOND = 0.25;

/**
 * Resources under strain: log1p of the strongest shift of each family; the best family in full, the second at a
 * quarter.
 * Node metrics that are reported for a pod are skipped: they say nothing about the pod.
 */
export function rankResourceMetrics({ findings, candidateOf }: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  const usable = findings.filter(
    ({ kind, evidence }) =>
      kind.startsWith("metric.") &&
      evidence.facts.of_node !== "yes" &&
      Object.hasOwn(FAMILY_WEIGHT, String(evidence.facts.family)),
  );
  for (const [candidate, about] of Map.groupBy(usable, ({ entity }) => candidateOf(entity.id))) {
    const strongest = new Map<string, CitedFinding>();
    for (const finding of about) {
      const family = String(finding.evidence.facts.family);
      if ((strongest.get(family)?.strength ?? 0) < finding.strength) strongest.set(family, finding);
    }
    const worth = [...strongest]
      .map(([family, finding]) => ({ finding, score: Math.log1p(finding.strength) * (FAMILY_WEIGHT[family] ?? 0) }))
      .toSorted((a, b) => b.score - a.score);
    addScore(
      scores,
      candidate,
      (worth[0]?.score ?? 0) + SECOND * (worth[1]?.score ?? 0),
      worth.slice(0, 2).map(({ finding }) => finding),
    );
  }
  return scores;
}
