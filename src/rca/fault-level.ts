import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { Topology } from "../domain/telemetry.ts";
import { evidenceMap } from "./evidence-map.ts";
import { fuse, type Ranker } from "./fuse.ts";
import { NODE_SERVICES, standsOut } from "./peers.ts";

/** What shows less than this share of what its service shows as a whole does not explain it. */
const MIN_PART = 0.25;

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

/**
 * At which level the fault of a service lies: the same findings ranked once more, with instances and nodes named beside services. Null where nothing is to be decided: a closed list of names
 * has decided it, or no service has two instances.
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
