import type { Action } from "../domain/action.ts";
import type { Entity } from "../domain/entity.ts";
import type { Topology } from "../domain/telemetry.ts";
import { dependentsOf } from "../topology/dependents.ts";
import { dependencyGraph } from "../topology/graph.ts";
import { oneLine } from "./one-line.ts";

/** Most direct and indirect callers in a small and in a medium radius. */
const SMALL_AT_MOST = 1;
const MEDIUM_AT_MOST = 5;

/**
 * Measures what an action on `target` can affect: its direct and indirect callers, the pods of a node, the service of a
 * pod. If the topology does not show it, the radius counts as large.
 *
 * @returns `entities` ascending, without the target.
 */
export function measureBlastRadius(target: Entity, topology: Topology): Action["blastRadius"] {
  const name = oneLine(target.id, 80);
  const graph = dependencyGraph(topology);
  const known =
    graph.kindOf.has(target.id) || topology.edges.some(({ from, to }) => from === target.id || to === target.id);
  if (!known)
    return {
      size: "large",
      entities: [],
      why: `"${name}" is not in the topology, so its dependents are unknown; this counts as large`,
    };
  if (graph.callers.size === 0)
    return {
      size: "large",
      entities: [],
      why: "the topology has no calls, so its dependents are unknown; this counts as large",
    };

  const residents = [...graph.hostOf].flatMap(([pod, node]) => (node === target.id ? [pod] : []));
  const members = [...graph.ownerOf].flatMap(([pod, service]) => (service === target.id ? [pod] : []));
  const services = [target.id, ...residents].flatMap((id) => graph.ownerOf.get(id) ?? []);
  const touched = new Set([target.id, ...residents, ...members, ...services]);
  const dependents = dependentsOf([target.id, ...members], graph).filter((id) => id !== target.id);

  const callers = dependents.filter((id) => !touched.has(id)).length;
  const size =
    callers <= SMALL_AT_MOST && residents.length === 0
      ? "small"
      : callers <= MEDIUM_AT_MOST && residents.length <= MEDIUM_AT_MOST
        ? "medium"
        : "large";
  const also = residents.length > 0 ? `, and ${residents.length} known pods run on it` : "";
  return {
    size,
    entities: dependents,
    why: `${callers} ${callers === 1 ? "entity calls" : "entities call"} it, directly or indirectly${also}`,
    ...entryShareOf(topology, new Set([...touched, ...dependents])),
  };
}

/** The share of the entry points (what nobody calls, but calls others) that are touched. Without calls: unknown. */
function entryShareOf({ edges }: Topology, touched: ReadonlySet<string>): { entryShare?: number } {
  const calls = edges.filter(({ kind }) => kind === "calls");
  const called = new Set(calls.map(({ to }) => to));
  const entries = [...new Set(calls.map(({ from }) => from))].filter((id) => !called.has(id));
  if (entries.length === 0) return {};
  return { entryShare: entries.filter((id) => touched.has(id)).length / entries.length };
}
