import type { CitedFinding } from "../domain/finding.ts";
import { type DependencyGraph, hopsFrom, shortestPath } from "../topology/graph.ts";

/**
 * The way from the symptom to the suspect, both included: from the entry along the calls, else from the farthest caller that shows anything itself.
 * Just the suspect where no calls are known.
 */
export function symptomPath(
  suspect: string,
  entry: string | null,
  graph: DependencyGraph,
  findings: readonly CitedFinding[],
): string[] {
  const fromEntry = entry === null ? null : shortestPath(entry, suspect, graph.callees);
  if (fromEntry) return fromEntry;
  const shown = new Set(findings.map(({ entity }) => graph.ownerOf.get(entity.id) ?? entity.id));
  const [symptom] = [...hopsFrom(suspect, graph.callers)]
    .filter(([id]) => shown.has(id))
    .toSorted(([a, hopsA], [b, hopsB]) => hopsB - hopsA || (a < b ? -1 : 1));
  return (symptom && shortestPath(symptom[0], suspect, graph.callees)) ?? [suspect];
}
