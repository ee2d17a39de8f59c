import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";
import { raiseNodes, settleLevels } from "../peers.ts";

/** A change shortly before the alarm makes its entity suspect. A prior, never a proof: it only counts beside other evidence. */
export function rankChanges({ findings, candidateOf }: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  for (const finding of findings) {
    if (finding.signal === "change") addScore(scores, candidateOf(finding.entity.id), finding.strength, [finding]);
  }
  return scores;
}

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

/** What the cluster itself says is wrong. */
export function rankCluster({ findings, candidateOf }: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  for (const finding of findings)
    if (finding.signal === "cluster") addScore(scores, candidateOf(finding.entity.id), finding.strength, [finding]);
  return scores;
}

/** Where failing requests fail first, as the share of requests. */
export function rankTraceErrors({ findings, candidateOf }: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  for (const finding of findings) {
    if (finding.kind === "trace.error-origin" || finding.kind === "trace.failed-call")
      addScore(scores, candidateOf(finding.entity.id), finding.strength, [finding]);
  }
  return scores;
}

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
