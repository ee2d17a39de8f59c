import { type DependencyGraph, hopsFrom } from "../topology/graph.ts";

/** Owners of entities. The first entry with a matching pattern wins; `*` matches any characters. */
export type Ownership = readonly { pattern: string; team: string }[];
export type Routing = { team: string | null; why: string };
/** The affected entity and the labels of its alert. */
export type Routed = { entity: string; labels?: Readonly<Record<string, string>> | undefined };

/** Labels that name an alert's owner, most specific first. */
const OWNER_LABELS = ["team", "owner", "owned_by", "squad", "oncall"];

/**
 * Chooses the team to call: the owner in the alert's labels; else the owner of the entity; else the owner of its
 * nearest
 * caller with one, because callers are affected too; else none. Always with the reason.
 */
export function routeTo({ entity, labels = {} }: Routed, ownership: Ownership, graph: DependencyGraph): Routing {
  const label = OWNER_LABELS.find((name) => (labels[name] ?? "").trim() !== "");
  if (label !== undefined)
    return { team: (labels[label] ?? "").trim(), why: `the alert on ${entity} names it in its label "${label}"` };
  const start = graph.ownerOf.get(entity) ?? entity;
  const nearest = [...hopsFrom(start, graph.callers)].toSorted(
    ([a, hopsA], [b, hopsB]) => hopsA - hopsB || (a < b ? -1 : 1),
  );
  for (const [id, hops] of nearest) {
    const owner = ownership.find(({ pattern }) => fits(pattern, id));
    if (owner)
      return {
        team: owner.team,
        why: hops === 0 ? `${owner.team} owns ${id}` : `${start} has no owner; ${owner.team} owns its caller ${id}`,
      };
  }
  return { team: null, why: `${start} and its callers have no owner; set owners in config.yaml` };
}

/** Matches a pattern such as `orders-*`. No regular expression is built, because patterns are user input. */
function fits(pattern: string, id: string): boolean {
  const [head = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === id;
  if (!id.startsWith(head)) return false;
  let at = head.length;
  for (const [index, part] of rest.entries()) {
    const last = index === rest.length - 1;
    const found = last ? id.length - part.length : id.indexOf(part, at);
    if (found < at || !id.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return true;
}
