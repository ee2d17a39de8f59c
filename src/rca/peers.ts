import { median } from "../stats/quantile.ts";
import { addScore, type EvidenceMap, type RankerScores } from "./evidence-map.ts";

/** A service is ill of what at least this share of its pods shows. */
const SERVICE_SHARE = 2 / 3;
/** A pod that shows more than so many times what the middle one of its peers shows stands out. */
const STANDS_OUT = 3;
/** A node is ill when pods of so many services stand out on it. */
export const NODE_SERVICES = 3;

/** What most peers show alike, which is their service's: the strongest that at least two thirds of them reach. `shown`: ≥ 0, one for each of n ≥ 1 peers. */
export function sharedByPeers(shown: readonly number[]): number {
  return shown.toSorted((a, b) => b - a)[Math.ceil(shown.length * SERVICE_SHARE - 1e-9) - 1] ?? 0;
}

/** The one peer that shows more than three times the median of the others; null where none does, where several do, and where there is but one. */
export function standsOut(shown: ReadonlyMap<string, number>): string | null {
  const isOut = ([id, own]: readonly [string, number]): boolean =>
    own > STANDS_OUT * median([...shown].flatMap(([other, value]) => (other === id ? [] : [value])));
  // who shows less stands out less: after the second nobody need be asked
  const [first, second] = [...shown].toSorted(([, a], [, b]) => b - a);
  return first && second && isOut(first) && !isOut(second) ? first[0] : null;
}

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
