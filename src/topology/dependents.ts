import { type DependencyGraph, hopsFrom } from "./graph.ts";

/** Whom trouble in `ill` can reach: what runs on it, the service that it is an instance of, and whoever calls those, directly or through others. `ill` included; ascending. */
export function dependentsOf(ill: readonly string[], { hostOf, ownerOf, callers }: DependencyGraph): string[] {
  const there = new Set(ill);
  for (const [pod, node] of hostOf) if (there.has(node)) there.add(pod);
  const services = [...there].flatMap((id) => ownerOf.get(id) ?? []);
  const reached = [...there, ...services].flatMap((id) => [...hopsFrom(id, callers).keys()]);
  return [...new Set(reached)].toSorted();
}
