import { type DependencyGraph, hopsFrom } from "../topology/graph.ts";

/** Who answers for what. The first entry whose pattern fits wins; `*` stands for any run of characters. */
export type Ownership = readonly { pattern: string; team: string }[];
export type Routing = { team: string | null; why: string };
/** What is ill, and the labels of its alert. */
export type Routed = { entity: string; labels?: Readonly<Record<string, string>> | undefined };

/** Labels by which the author of an alert names who answers for it, the most telling first. */
const OWNER_LABELS = ["team", "owner", "owned_by", "squad", "oncall"];

/**
 * The team to call: whom the alert names; else the owner of what is ill; where it has none, of the nearest of its callers that has one (they are hurt); else nobody, and the
 * reason says so.
 */
export function routeTo({ entity, labels = {} }: Routed, ownership: Ownership, graph: DependencyGraph): Routing {
  const label = OWNER_LABELS.find((name) => (labels[name] ?? "").trim() !== "");
  if (label !== undefined)
    return { team: (labels[label] ?? "").trim(), why: `the alert on ${entity} says so (${label})` };
  const start = graph.ownerOf.get(entity) ?? entity;
  const nearest = [...hopsFrom(start, graph.callers)].toSorted(
    ([a, hopsA], [b, hopsB]) => hopsA - hopsB || (a < b ? -1 : 1),
  );
  for (const [id, hops] of nearest) {
    const owner = ownership.find(({ pattern }) => fits(pattern, id));
    if (owner)
      return {
        team: owner.team,
        why: hops === 0 ? `${owner.team} owns ${id}` : `nobody owns ${start}; ${owner.team} owns ${id}, which calls it`,
      };
  }
  return { team: null, why: `nobody owns ${start}, nor anything that calls it` };
}

/** `orders-*` against a name, without a regular expression: patterns are people's input. */
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
