import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { workloadOfPod } from "../domain/pod-names.ts";
import type { Topology } from "../domain/telemetry.ts";

/**
 * Says whether telemetry, the topology or the incident itself knows an entity, or a pod of it. A name that stands only
 * in the text of a message is not known: whoever can write a log line could choose it.
 */
export function isKnownTarget(
  id: string,
  { incident, findings, topology }: { incident: Incident; findings: readonly CitedFinding[]; topology: Topology },
): boolean {
  const names = new Set([
    ...topology.nodes.map((node) => node.id),
    ...topology.edges.flatMap(({ from, to }) => [from, to]),
    ...findings.map(({ entity }) => entity.id),
    ...(incident.vocabulary?.entities ?? []),
    ...(incident.entry === null ? [] : [incident.entry]),
  ]);
  return names.has(id) || [...names].some((name) => workloadOfPod(name) === id);
}
