import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { Topology } from "../domain/telemetry.ts";
import { evidenceMap } from "./evidence-map.ts";
import { fuse, type Ranker } from "./fuse.ts";
import { NODE_SERVICES, standsOut } from "./peers.ts";

/** A pod that shows less than this share of its service's score does not explain the service's fault. */
const MIN_PART = 0.25;

export type FaultLevel = { id: string; kind: "service" | "pod" | "node"; why: string };

/**
 * Decides the level of a fault of `service`: the one pod that stands out; or that pod's node, if pods of at least three
 * services stand out there and the node shows something itself; else the whole service. One rule for all signals.
 *
 * @param podsOf pods of every service.
 * @param hostOf the node of each pod.
 * @param shown an entity's score over all signals, ≥ 0.
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
        pods.length < 2
          ? "it has no second instance to compare with"
          : `none of its ${pods.length} instances stands out`,
    };
  const node = hostOf.get(pod);
  const here = node === undefined ? [] : [...podsOf.keys()].filter((id) => hostOf.get(oddPodOf(id) ?? "") === node);
  if (node !== undefined && here.length >= NODE_SERVICES && shown(node) > 0) {
    return {
      id: node,
      kind: "node",
      why: `instances of ${here.length} services stand out on ${node}, and the node is abnormal itself`,
    };
  }
  return { id: pod, kind: "pod", why: `only ${pod} of ${pods.length} instances stands out` };
}

/**
 * Returns a function for the level of a service's fault. It ranks the same findings again, with pods and nodes as
 * candidates. The function gives null if a closed vocabulary fixes the level, or the service has fewer than two pods.
 */
export function instanceLevels(
  incident: Incident,
  topology: Topology,
  findings: readonly CitedFinding[],
  rankers: readonly Ranker[],
): (service: string) => FaultLevel | null {
  if ((incident.vocabulary?.entities.length ?? 0) > 0) return () => null;
  const { podsOf, ...map } = evidenceMap(incident, topology, findings, { instances: true });
  if ([...podsOf.values()].every((pods) => pods.length < 2)) return () => null;
  const scores = new Map(fuse({ ...map, podsOf: new Map() }, rankers).map(({ id, score }) => [id, score]));
  return (service) =>
    (podsOf.get(service)?.length ?? 0) < 2
      ? null
      : levelOf(service, podsOf, map.graph.hostOf, (id) => scores.get(id) ?? 0);
}
