import { isHostKind, isInstanceKind, isProbeKind } from "../domain/entity.ts";
import type { Incident } from "../domain/incident.ts";
import type { DependencyGraph } from "../topology/graph.ts";

/**
 * Where users' requests enter: the entry that the incident names; else all entities of kind `entry`; else the services
 * that call others and have no callers. Empty if the topology shows none.
 */
export function entriesOf({ entry }: Pick<Incident, "entry">, graph: DependencyGraph): ReadonlySet<string> {
  if (entry !== null) return new Set([entry]);
  const declared = [...graph.kindOf].flatMap(([id, kind]) => (kind === "entry" ? [id] : []));
  if (declared.length > 0) return new Set(declared);
  const isService = (id: string): boolean => {
    const kind = graph.kindOf.get(id) ?? "service";
    return !isHostKind(kind) && !isInstanceKind(kind) && !isProbeKind(kind);
  };
  return new Set([...graph.callees.keys()].filter((id) => !graph.callers.has(id) && isService(id)));
}
