import type { AlertEvent } from "../domain/alert-event.ts";
import { type DependencyGraph, hopsFrom } from "../topology/graph.ts";
import { wordOverlap, words } from "./similarity.ts";

/** `windowMs`: two alerts further apart in time are two incidents. `maxSpanMs`: no group lasts longer from first to last, however close its neighbours. */
export type GroupingRules = { windowMs: number; maxSpanMs: number; maxHops: number; minOverlap: number };
export const DEFAULT_RULES: GroupingRules = { windowMs: 5 * 60_000, maxSpanMs: 30 * 60_000, maxHops: 2, minOverlap: 0.6 };

/** Alerts that are one trouble, in order of time, and why each after the first belongs to it. */
export type AlertGroup = { alerts: AlertEvent[]; why: string[] };

/**
 * Groups alerts into incidents. Two are linked where they began within `windowMs` of each other and either lie within `maxHops` on the topology, or share
 * `minOverlap` of their words. A group is a chain of links, cut where it would last longer than `maxSpanMs`: without a cap on its diameter, a noisy
 * hour becomes one incident.
 *
 * @returns groups by the time of their first alert. Independent of the order given.
 */
export function groupAlerts(alerts: readonly AlertEvent[], graph: DependencyGraph, rules: GroupingRules = DEFAULT_RULES): AlertGroup[] {
  const near = nearness(graph, rules.maxHops);
  const ordered = alerts.toSorted((a, b) => a.startsAtMs - b.startsAtMs || (a.fingerprint < b.fingerprint ? -1 : 1));
  const groups: AlertGroup[] = [];
  for (const alert of ordered) {
    const said = words(`${alert.name} ${alert.summary}`);
    let joined: { group: AlertGroup; why: string } | null = null;
    // the latest group that takes it: troubles that ended long ago are not reopened by chance
    for (const group of groups.toReversed()) {
      const first = group.alerts[0];
      if (!first || alert.startsAtMs - first.startsAtMs > rules.maxSpanMs) continue;
      const why = group.alerts.flatMap((other) => linkOf(alert, said, other, near, rules) ?? [])[0];
      if (why !== undefined) {
        joined = { group, why };
        break;
      }
    }
    if (joined) {
      joined.group.alerts.push(alert);
      joined.group.why.push(joined.why);
    } else groups.push({ alerts: [alert], why: [] });
  }
  return groups;
}

/** Why two alerts are one trouble; null where they are not. */
function linkOf(alert: AlertEvent, said: ReadonlySet<string>, other: AlertEvent, near: (a: string, b: string) => number | null, rules: GroupingRules): string | null {
  if (alert.startsAtMs - other.startsAtMs > rules.windowMs) return null;
  const seconds = Math.round((alert.startsAtMs - other.startsAtMs) / 1000);
  const hops = near(alert.entity, other.entity);
  if (hops !== null) return `${alert.entity} is ${hops} hops from ${other.entity}, ${seconds} s later`;
  const overlap = wordOverlap(said, words(`${other.name} ${other.summary}`));
  return overlap >= rules.minOverlap ? `says what ${other.name} on ${other.entity} says (${Math.round(overlap * 100)} % of the words), ${seconds} s later` : null;
}

/** Hops between two entities along calls either way, pods standing for their services and beside their nodes; null beyond `maxHops`. */
function nearness({ callers, callees, ownerOf, hostOf }: DependencyGraph, maxHops: number): (a: string, b: string) => number | null {
  const around = new Map<string, readonly string[]>();
  const join = (a: string, b: string): void => {
    around.set(a, [...(around.get(a) ?? []), b]);
    around.set(b, [...(around.get(b) ?? []), a]);
  };
  for (const [from, tos] of callees) for (const to of tos) join(from, to);
  for (const [to, froms] of callers) if (!around.has(to)) for (const from of froms) join(from, to);
  for (const ties of [ownerOf, hostOf]) for (const [pod, other] of ties) join(pod, other);
  const known = new Map<string, Map<string, number>>();
  return (a, b) => {
    let hops = known.get(a);
    if (!hops) known.set(a, (hops = hopsFrom(a, around)));
    const distance = hops.get(b);
    return distance !== undefined && distance <= maxHops ? distance : null;
  };
}
