import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { workloadOfPod } from "../domain/pod-names.ts";
import type { Topology } from "../domain/telemetry.ts";

/**
 * True if telemetry, the topology or the incident has the entity or a pod of it. A name that appears only in the text
 * of a message does not count: anyone who can write a log line can choose it.
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
