import { median } from "../stats/quantile.ts";
import { addScore, type EvidenceMap, type RankerScores } from "./evidence-map.ts";

/** A symptom belongs to the service if at least this share of its pods shows it. */
const SERVICE_SHARE = 2 / 3;
/** A pod stands out if it shows more than this multiple of its peers' median. */
const STANDS_OUT = 3;
/** A node is suspect if pods of at least this many services stand out on it. */
export const NODE_SERVICES = 3;

/**
 * The part that most peers share, which belongs to their service: the highest value that at least two thirds reach.
 *
 * @param shown n ≥ 1 values ≥ 0, one for each peer.
 */
export function sharedByPeers(shown: readonly number[]): number {
  return shown.toSorted((a, b) => b - a)[Math.ceil(shown.length * SERVICE_SHARE - 1e-9) - 1] ?? 0;
}

/** The only peer above three times the median of the others; null if none or several are, and if there is one peer. */
export function standsOut(shown: ReadonlyMap<string, number>): string | null {
  const isOut = ([id, own]: readonly [string, number]): boolean =>
    own > STANDS_OUT * median([...shown].flatMap(([other, value]) => (other === id ? [] : [value])));
  // A lower value stands out less, so checking the two highest is enough.
  const [first, second] = [...shown].toSorted(([, a], [, b]) => b - a);
  return first && second && isOut(first) && !isOut(second) ? first[0] : null;
}

/** Share of a single pod's score that also counts for its service. */
const ONLY_POD_SHARE = 0.5;

/**
 * Splits scores between a service and its pods, if both are candidates. The part that most pods share moves from the
 * pods to the service; the rest stays with each pod. Changes `scores`.
 */
export function settleLevels(scores: RankerScores, map: EvidenceMap): RankerScores {
  for (const [service, pods] of map.podsOf) {
    const podScores = pods.flatMap((pod) => scores.get(pod) ?? []);
    const shared =
      sharedByPeers(pods.map((pod) => scores.get(pod)?.score ?? 0)) * (pods.length === 1 ? ONLY_POD_SHARE : 1);
    if (shared === 0) continue;
    const own = scores.get(service);
    const findings = podScores.toSorted((a, b) => b.score - a.score).flatMap((known) => known.findings);
    scores.set(service, { score: (own?.score ?? 0) + shared, findings: [...(own?.findings ?? []), ...findings] });
    if (pods.length > 1) for (const known of podScores) known.score = Math.max(0, known.score - shared);
  }
  return scores;
}

/**
 * Raises a node's score if the node shows something itself and pods of at least three services stand out on it from
 * their peers elsewhere. The node gets the third highest of these pods' scores. Changes `scores`.
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
