import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { Topology } from "../domain/telemetry.ts";
import { evidenceMap } from "./evidence-map.ts";
import { fuse, type Ranker } from "./fuse.ts";
import { type FaultLevel, levelOf } from "./level.ts";

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
