import type { CitedFinding } from "../../domain/finding.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";
import { raiseNodes, settleLevels } from "../peers.ts";
import { repeatsMetric } from "./repeated-alerts.ts";

// Rankers that add up the strengths of findings for each candidate.

/** Adds up `valueOf` for each candidate; null skips a finding. */
const sumOf =
  (valueOf: (finding: CitedFinding, map: EvidenceMap) => number | null) =>
  (map: EvidenceMap): RankerScores => {
    const scores: RankerScores = new Map();
    for (const finding of map.findings) {
      const value = valueOf(finding, map);
      if (value !== null) addScore(scores, map.candidateOf(finding.entity.id), value, [finding]);
    }
    return scores;
  };

const ofChange =
  (fact: "rollout_evidence" | "rollout_timing") =>
  ({ signal, evidence: { facts } }: CitedFinding): number | null => {
    const value = facts[fact];
    return signal === "change" && typeof value === "number" ? value : null;
  };

/** Changes shortly before the alarm. A prior, never a proof: it counts only beside other evidence. */
export const rankChanges = sumOf(({ signal, strength }) => (signal === "change" ? strength : null));

/** How much more new instances got worse than old ones, on a log scale. */
export const rankRolloutEffects = sumOf(ofChange("rollout_evidence"));

/** Rollouts in progress, by how well they fit the onset. They show the likely culprit, not that something is wrong. */
export const rankRolloutTiming = sumOf(ofChange("rollout_timing"));

/** Faults that the cluster itself reports. */
export const rankCluster = sumOf(({ signal, strength }) => (signal === "cluster" ? strength : null));

/** The share of requests that fail first at an entity. */
export const rankTraceErrors = sumOf(({ kind, strength }) =>
  kind === "trace.error-origin" || kind === "trace.failed-call" ? strength : null,
);

/**
 * Which entities failing requests pass through more than other requests. A pod's share counts for the pod only: its
 * service has a share of its own.
 */
export const rankTraceSpectrum = sumOf(({ kind, entity, strength }, { candidateOf }) =>
  kind === "trace.spectrum" && (entity.kind !== "pod" || candidateOf(entity.id) === entity.id) ? strength : null,
);

/**
 * Unusual alerts: the strongest of each family, summed over families, because alerts of one family repeat one symptom.
 * Each family has its own level: a pod may be slow while its service runs out of memory. An alert that only repeats a
 * metric has no vote. See `repeatsMetric`.
 */
export function rankAlerts(map: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  const isRepeated = repeatsMetric(map);
  const firing = map.findings.filter((finding) => finding.kind === "alert.firing" && !isRepeated(finding));
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
