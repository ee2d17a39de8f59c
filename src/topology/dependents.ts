import { type DependencyGraph, hopsFrom } from "./graph.ts";

/**
 * The entities that a fault can reach: the faulty ones, pods on a faulty node, the services of faulty pods, and the
 * direct and indirect callers of all these. Ascending.
 */
export function dependentsOf(faulty: readonly string[], { hostOf, ownerOf, callers }: DependencyGraph): string[] {
  const there = new Set(faulty);
  for (const [pod, node] of hostOf) if (there.has(node)) there.add(pod);
  const services = [...there].flatMap((id) => ownerOf.get(id) ?? []);
  const reached = [...there, ...services].flatMap((id) => [...hopsFrom(id, callers).keys()]);
  return [...new Set(reached)].toSorted();
}
