import { median } from "../stats/quantile.ts";

/** A service is ill of what at least this share of its pods shows. */
const SERVICE_SHARE = 2 / 3;
/** A pod that shows more than so many times what the middle one of its peers shows stands out. */
const STANDS_OUT = 3;
/** What shows less than this share of what its service shows as a whole does not explain it. */
const MIN_PART = 0.25;
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

export type FaultLevel = { id: string; kind: "service" | "pod" | "node"; why: string };

/**
 * Where a fault of `service` lies: on its one pod that stands out; on the node of that pod, if pods of three services or more stand out there and the node itself shows something; else in the
 * service. The same rule for all signals: `shown` holds what each entity shows, of whatever signal, ≥ 0.
 *
 * @param podsOf every service's pods. @param hostOf the node of a pod.
 */
export function levelOf(
  service: string,
  podsOf: ReadonlyMap<string, readonly string[]>,
  hostOf: ReadonlyMap<string, string>,
  shown: (id: string) => number,
): FaultLevel {
  const oddPodOf = (id: string): string | null => {
    const pod = standsOut(new Map((podsOf.get(id) ?? []).map((of) => [of, shown(of)])));
    return pod !== null && shown(pod) >= MIN_PART * shown(id) ? pod : null;
  };
  const pods = podsOf.get(service) ?? [];
  const pod = oddPodOf(service);
  if (pod === null)
    return {
      id: service,
      kind: "service",
      why:
        pods.length < 2 ? "no other instance to compare with" : `none of its ${pods.length} instances stands out alone`,
    };
  const node = hostOf.get(pod);
  const here = node === undefined ? [] : [...podsOf.keys()].filter((id) => hostOf.get(oddPodOf(id) ?? "") === node);
  if (node !== undefined && here.length >= NODE_SERVICES && shown(node) > 0) {
    return {
      id: node,
      kind: "node",
      why: `instances of ${here.length} services stand out on ${node}, which shows trouble itself`,
    };
  }
  return { id: pod, kind: "pod", why: `of ${pods.length} instances only ${pod} stands out` };
}
