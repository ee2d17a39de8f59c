import type { Action } from "../domain/action.ts";
import type { Entity } from "../domain/entity.ts";
import type { Topology } from "../domain/telemetry.ts";
import { dependentsOf } from "../topology/dependents.ts";
import { dependencyGraph } from "../topology/graph.ts";
import { oneLine } from "./one-line.ts";

/** Callers, direct and indirect, that a small and a medium radius may reach. */
const SMALL_AT_MOST = 1;
const MEDIUM_AT_MOST = 5;

/**
 * Who can be hurt by acting on `target`: whoever calls it, directly or through others, and for a node or a pod also what runs
 * there or what it is part of. What the topology does not show counts as large: not knowing is no reason to be bold.
 *
 * @returns `entities` ascending, without the target itself.
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
      why: `"${name}" is not in the topology, so what depends on it is unknown: counted as large`,
    };
  if (graph.callers.size === 0)
    return {
      size: "large",
      entities: [],
      why: "the topology shows no calls, so what depends on it is unknown: counted as large",
    };

  const residents = [...graph.hostOf].flatMap(([pod, node]) => (node === target.id ? [pod] : []));
  const members = [...graph.ownerOf].flatMap(([pod, service]) => (service === target.id ? [pod] : []));
  const services = [target.id, ...residents].flatMap((id) => graph.ownerOf.get(id) ?? []);
  const touched = new Set([target.id, ...residents, ...members, ...services]);
  const hurt = dependentsOf([target.id, ...members], graph).filter((id) => id !== target.id);

  const callers = hurt.filter((id) => !touched.has(id)).length;
  const size =
    callers <= SMALL_AT_MOST && residents.length === 0
      ? "small"
      : callers <= MEDIUM_AT_MOST && residents.length <= MEDIUM_AT_MOST
        ? "medium"
        : "large";
  const also = residents.length > 0 ? `, and ${residents.length} of the topology's entities run on it` : "";
  return {
    size,
    entities: hurt,
    why: `${callers} ${callers === 1 ? "entity calls" : "entities call"} it, directly or through others${also}`,
  };
}
