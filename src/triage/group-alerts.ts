import { type AlertFiring, firingKey, inOrder, mergeUpdates } from "./firing.ts";
import { DEFAULT_RULES, type GroupingRules, type Linker } from "./link.ts";

/** Alerts of one incident, in order of time, and why each after the first belongs to it. */
export type AlertGroup = { alerts: readonly AlertFiring[]; why: readonly string[] };

/**
 * Groups alerts into incidents: alerts that are linked, directly or through others, are one incident.
 *
 * @param firings in any order; updates of one firing count once.
 * @returns groups, ordered by their first alert.
 */
export function groupAlerts(
  firings: readonly AlertFiring[],
  linkOf: Linker,
  { windowMs }: Pick<GroupingRules, "windowMs"> = DEFAULT_RULES,
): AlertGroup[] {
  const groupOf = new Map<AlertFiring, Group>();
  const seen = new Seen(windowMs);
  for (const firing of distinctFirings(firings)) {
    let group: Group | null = null;
    for (const other of seen.candidates(firing)) {
      const linked = groupOf.get(other);
      if (!linked || root(linked) === group) continue;
      const why = linkOf(other, firing);
      if (why === null) continue;
      group = group === null ? root(linked) : union(group, root(linked));
      if (!group.why.has(firing)) group.why.set(firing, why);
    }
    group ??= { alerts: [], why: new Map(), into: null };
    group.alerts.push(firing);
    groupOf.set(firing, group);
    seen.add(firing);
  }
  const groups = [...new Set([...groupOf.values()].map(root))].map(({ alerts, why }) => {
    const ordered = alerts.toSorted(inOrder);
    return {
      alerts: ordered,
      why: ordered.slice(1).map((firing) => why.get(firing) ?? "a later alert links it to the others"),
    };
  });
  return groups.toSorted((a, b) => (a.alerts[0] && b.alerts[0] ? inOrder(a.alerts[0], b.alerts[0]) : 0));
}

/**
 * The firings so far that a later one may be linked to. Of equal firings only the latest is kept: whatever is linked to
 * the earlier one is linked to the later one too, and both to each other.
 */
class Seen {
  readonly #windowMs: number;
  readonly #byFingerprint = new Map<string, AlertFiring>();
  readonly #byGroupKey = new Map<string, AlertFiring>();
  /**
   * Recent firings, by everything that links compare. Those grouped by their sender are apart: they are never linked
   * to each other this way.
   */
  readonly #grouped = new Map<string, AlertFiring>();
  readonly #ungrouped = new Map<string, AlertFiring>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  candidates({ fingerprint, groupKeys, startsAtMs }: AlertFiring): Iterable<AlertFiring> {
    for (const recent of [this.#grouped, this.#ungrouped]) {
      // in order of time: the oldest come first
      for (const [key, other] of recent) {
        if (startsAtMs - other.startsAtMs <= this.#windowMs) break;
        recent.delete(key);
      }
    }
    const same = [this.#byFingerprint.get(fingerprint), ...groupKeys.map((key) => this.#byGroupKey.get(key))].filter(
      (other) => other !== undefined,
    );
    return new Set([...same, ...this.#ungrouped.values(), ...(groupKeys.length === 0 ? this.#grouped.values() : [])]);
  }

  add(firing: AlertFiring): void {
    const { entity, fingerprint, groupKeys, name, summary } = firing;
    this.#byFingerprint.set(fingerprint, firing);
    for (const key of groupKeys) this.#byGroupKey.set(key, firing);
    const recent = groupKeys.length === 0 ? this.#ungrouped : this.#grouped;
    const key = JSON.stringify([entity, groupKeys, name, summary]);
    recent.delete(key); // to the end
    recent.set(key, firing);
  }
}

/** `into`: the group it was merged into. */
type Group = { alerts: AlertFiring[]; why: Map<AlertFiring, string>; into: Group | null };

function root(group: Group): Group {
  let at = group;
  while (at.into !== null) at = at.into;
  return at;
}

/** Merges the smaller group into the larger, so that few alerts are moved repeatedly. */
function union(a: Group, b: Group): Group {
  if (a === b) return a;
  const [into, from] = a.alerts.length >= b.alerts.length ? [a, b] : [b, a];
  into.alerts.push(...from.alerts);
  for (const [firing, why] of from.why) into.why.set(firing, why);
  from.into = into;
  return into;
}

function distinctFirings(firings: readonly AlertFiring[]): AlertFiring[] {
  const byKey = new Map<string, AlertFiring>();
  for (const one of firings) {
    const known = byKey.get(firingKey(one));
    byKey.set(firingKey(one), known ? mergeUpdates(known, one) : one);
  }
  return [...byKey.values()].toSorted(inOrder);
}
