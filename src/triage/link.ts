import { type DependencyGraph, hopsFrom } from "../topology/graph.ts";
import type { AlertFiring } from "./firing.ts";

/**
 * `windowMs`: alerts that are near each other, or say the same, are one trouble when they began within this. `sameMs`: so are firings of one alert, and alerts that their
 * sender groups. `maxHops`: what is near on the topology. `minOverlap`: share of words in common from which two say the same.
 */
export type GroupingRules = { windowMs: number; sameMs: number; maxHops: number; minOverlap: number };
export const DEFAULT_RULES: GroupingRules = { windowMs: 5 * 60_000, sameMs: 60 * 60_000, maxHops: 2, minOverlap: 0.6 };

/** Why two episodes are one trouble; null where they are not. Knows only the two, so that groups do not depend on the order in which alerts come. */
export type Linker = (a: AlertFiring, b: AlertFiring) => string | null;

/** Two alerts that their senders group, and under no key in common, are kept apart: whoever wrote the grouping meant it. */
export function linker(
  graph: DependencyGraph,
  { windowMs, sameMs, maxHops, minOverlap }: GroupingRules = DEFAULT_RULES,
): Linker {
  const near = nearness(graph, maxHops);
  const known = new WeakMap<AlertFiring, ReadonlySet<string>>();
  const said = (episode: AlertFiring): ReadonlySet<string> => {
    let set = known.get(episode);
    if (!set) known.set(episode, (set = words(`${episode.name} ${episode.summary}`)));
    return set;
  };
  return (one, two) => {
    const [first, then] = one.startsAtMs <= two.startsAtMs ? [one, two] : [two, one];
    const apartMs = then.startsAtMs - first.startsAtMs;
    if (apartMs > Math.max(windowMs, sameMs)) return null;
    const later = `${Math.round(apartMs / 1000)} s later`;
    if (apartMs <= sameMs) {
      if (first.fingerprint === then.fingerprint) return `fires again, ${later}`;
      if (first.groupKeys.some((key) => then.groupKeys.includes(key)))
        return `its sender groups it with ${first.name} on ${first.entity}, ${later}`;
    }
    if (apartMs > windowMs || (first.groupKeys.length > 0 && then.groupKeys.length > 0)) return null;
    const hops = near(then.entity, first.entity);
    if (hops !== null)
      return hops === 0
        ? `is about ${first.entity} too, ${later}`
        : `${then.entity} is ${hops} ${hops === 1 ? "hop" : "hops"} from ${first.entity}, ${later}`;
    const overlap = wordOverlap(said(first), said(then));
    return overlap >= minOverlap
      ? `says what ${first.name} on ${first.entity} says (${Math.round(overlap * 100)} % of the words), ${later}`
      : null;
  };
}

/** Hops between two entities along calls either way, pods standing for their services and beside their nodes; null beyond `maxHops`. */
function nearness(
  { callers, callees, ownerOf, hostOf }: DependencyGraph,
  maxHops: number,
): (a: string, b: string) => number | null {
  const around = new Map<string, string[]>();
  const join = (a: string, b: string): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const known = around.get(from);
      if (known) known.push(to);
      else around.set(from, [to]);
    }
  };
  for (const [from, tos] of callees) for (const to of tos) join(from, to);
  for (const [to, froms] of callers) if (!around.has(to)) for (const from of froms) join(from, to);
  for (const ties of [ownerOf, hostOf]) for (const [pod, other] of ties) join(pod, other);
  const known = new Map<string, ReadonlyMap<string, number>>();
  return (a, b) => {
    if (a === b) return 0;
    if (!around.has(a) || !around.has(b)) return null;
    let hops = known.get(a);
    if (!hops) known.set(a, (hops = hopsFrom(a, around, maxHops)));
    return hops.get(b) ?? null;
  };
}

/** Lower-case words of three letters and more; numbers and ids tell one occurrence from another, not one trouble from another. */
export const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[a-z]{3,}/g) ?? []);

/** Share of words in common, in [0, 1] (Jaccard); 0 where either side has none. */
export function wordOverlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}
