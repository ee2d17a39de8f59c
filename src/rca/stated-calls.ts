import { type DependencyGraph, hopsFrom } from "../topology/graph.ts";
import type { EvidenceMap } from "./evidence-map.ts";

/**
 * Entities that call `callee` by their own words, although the topology does not connect them: their failure messages
 * name it as the other end. Third parties and name servers are seldom in a topology. Ascending.
 */
export function statedCallers(callee: string, { failures, graph, candidateOf }: EvidenceMap): string[] {
  const known = hopsFrom(callee, graph.callers);
  const callers = failures.flatMap(({ speaker, blamed, signature }) =>
    blamed === callee && signature.blames === "named" && !known.has(speaker) ? [candidateOf(speaker) ?? speaker] : [],
  );
  return [...new Set(callers)].filter((caller) => caller !== callee).toSorted();
}

const joined = (known: readonly string[] | undefined, more: readonly string[]): string[] =>
  [...new Set([...(known ?? []), ...more])].toSorted();

/** The graph with the stated callers of `callee`. */
export function withStatedCallers(callee: string, map: EvidenceMap): DependencyGraph {
  const stated = statedCallers(callee, map);
  const { graph } = map;
  if (stated.length === 0) return graph;
  return {
    ...graph,
    callers: new Map([...graph.callers, [callee, joined(graph.callers.get(callee), stated)]]),
    callees: new Map([
      ...graph.callees,
      ...stated.map((caller): [string, string[]] => [caller, joined(graph.callees.get(caller), [callee])]),
    ]),
  };
}
