import { addScore, type EvidenceMap, type RankerScores } from "./evidence-map.ts";
import { NODE_SERVICES, sharedByPeers, standsOut } from "./level.ts";

/** What the only pod of a service says about the service as well. */
const ONLY_POD_SHARE = 0.5;

/**
 * Where a service and its pods may both be named: what most of its pods show counts for the service, and is taken off the pods; what a pod shows beyond that stays its own.
 * Changes `scores`.
 */
export function settleLevels(scores: RankerScores, map: EvidenceMap): RankerScores {
  for (const [service, pods] of map.podsOf) {
    const told = pods.flatMap((pod) => scores.get(pod) ?? []);
    const shared =
      sharedByPeers(pods.map((pod) => scores.get(pod)?.score ?? 0)) * (pods.length === 1 ? ONLY_POD_SHARE : 1);
    if (shared === 0) continue;
    const own = scores.get(service);
    const findings = told.toSorted((a, b) => b.score - a.score).flatMap((known) => known.findings);
    scores.set(service, { score: (own?.score ?? 0) + shared, findings: [...(own?.findings ?? []), ...findings] });
    if (pods.length > 1) for (const known of told) known.score = Math.max(0, known.score - shared);
  }
  return scores;
}

/**
 * Where nodes may be named beside pods: a node that shows something itself is held to account for what pods of three services or more show there and none of their peers elsewhere; it gets what the
 * third of them shows. Changes `scores`.
 */
export function raiseNodes(scores: RankerScores, { podsOf, graph }: EvidenceMap): RankerScores {
  const shown = (id: string): number => scores.get(id)?.score ?? 0;
  const odd = [...podsOf.values()].flatMap((pods) => standsOut(new Map(pods.map((pod) => [pod, shown(pod)]))) ?? []);
  for (const [node, pods] of Map.groupBy(odd, (pod) => graph.hostOf.get(pod))) {
    const last = pods.toSorted((a, b) => shown(b) - shown(a))[NODE_SERVICES - 1];
    if (node !== undefined && last !== undefined && shown(node) > 0)
      addScore(
        scores,
        node,
        shown(last),
        pods.flatMap((pod) => scores.get(pod)?.findings ?? []),
      );
  }
  return scores;
}
