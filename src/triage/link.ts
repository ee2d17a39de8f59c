import { type DependencyGraph, hopsFrom } from "../topology/graph.ts";
import type { AlertFiring } from "./firing.ts";

/**
 * - `windowMs`: alerts that are close on the topology or have similar texts are linked if they began within this time.
 * - `sameMs`: the same for firings of one alert, and for alerts that their sender groups.
 * - `maxHops`: greatest distance on the topology that is close.
 * - `minOverlap`: least share of common words of similar texts.
 */
export type GroupingRules = { windowMs: number; sameMs: number; maxHops: number; minOverlap: number };
export const DEFAULT_RULES: GroupingRules = { windowMs: 5 * 60_000, sameMs: 60 * 60_000, maxHops: 2, minOverlap: 0.6 };

/**
 * Says why two firings belong to one incident; null if they do not. It compares only these two, so that groups do not
 * depend on the order in which alerts arrive.
 */
export type Linker = (a: AlertFiring, b: AlertFiring) => string | null;

/**
 * Links alerts by rules. Two alerts that their senders group without a common key stay apart: the grouping is
 * deliberate.
 */
export function linker(
  graph: DependencyGraph,
  { windowMs, sameMs, maxHops, minOverlap }: GroupingRules = DEFAULT_RULES,
): Linker {
  const near = nearness(graph, maxHops);
  const known = new WeakMap<AlertFiring, ReadonlySet<string>>();
  const wordsOf = (firing: AlertFiring): ReadonlySet<string> => {
    let set = known.get(firing);
    if (!set) known.set(firing, (set = words(`${firing.name} ${firing.summary}`)));
    return set;
  };
  return (one, two) => {
    const [first, then] = one.startsAtMs <= two.startsAtMs ? [one, two] : [two, one];
    const apartMs = then.startsAtMs - first.startsAtMs;
    if (apartMs > Math.max(windowMs, sameMs)) return null;
    const seconds = Math.round(apartMs / 1000);
    const later = seconds === 0 ? "at the same time" : `${seconds} s later`;
    if (apartMs <= sameMs) {
      if (first.fingerprint === then.fingerprint) return `fires again, ${later}`;
      if (first.groupKeys.some((key) => then.groupKeys.includes(key)))
        return `its sender groups it with ${first.name} on ${first.entity}, ${later}`;
    }
    if (apartMs > windowMs || (first.groupKeys.length > 0 && then.groupKeys.length > 0)) return null;
    const hops = near(then.entity, first.entity);
    if (hops !== null)
      return hops === 0
        ? `is also about ${first.entity}, ${later}`
        : `${then.entity} is ${hops} ${hops === 1 ? "hop" : "hops"} from ${first.entity}, ${later}`;
    const overlap = wordOverlap(wordsOf(first), wordsOf(then));
    return overlap >= minOverlap
      ? `has a text similar to ${first.name} on ${first.entity} (${Math.round(overlap * 100)} % common words), ${later}`
      : null;
  };
}

/**
 * Hops between two entities, along calls in either direction, and from pods to their services and nodes; null beyond
 * `maxHops`.
 */
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

/**
 * Lower-case words of at least three letters. Numbers and ids differ between occurrences of one problem, so they are
 * left out.
 */
export const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[a-z]{3,}/g) ?? []);

/** Share of common words, in [0, 1] (Jaccard); 0 if either side has none. */
export function wordOverlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}
