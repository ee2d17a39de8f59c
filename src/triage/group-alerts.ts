import { type AlertFiring, firingKey, inOrder, mergeUpdates } from "./firing.ts";
import { DEFAULT_RULES, type GroupingRules, type Linker } from "./link.ts";

/** Alerts that are one trouble, in order of time, and why each after the first belongs to it. */
export type AlertGroup = { alerts: readonly AlertFiring[]; why: readonly string[] };

/**
 * Groups alerts into incidents: whatever links tie together, directly or over others, is one.
 *
 * @param told in any order; repeats of an episode count once.
 * @returns groups by the time of their first alert.
 */
export function groupAlerts(
  told: readonly AlertFiring[],
  linkOf: Linker,
  { windowMs }: Pick<GroupingRules, "windowMs"> = DEFAULT_RULES,
): AlertGroup[] {
  const groupOf = new Map<AlertFiring, Group>();
  const seen = new Seen(windowMs);
  for (const episode of episodesOf(told)) {
    let group: Group | null = null;
    for (const other of seen.candidates(episode)) {
      const linked = groupOf.get(other);
      if (!linked || root(linked) === group) continue;
      const why = linkOf(other, episode);
      if (why === null) continue;
      group = group === null ? root(linked) : union(group, root(linked));
      if (!group.why.has(episode)) group.why.set(episode, why);
    }
    group ??= { alerts: [], why: new Map(), into: null };
    group.alerts.push(episode);
    groupOf.set(episode, group);
    seen.add(episode);
  }
  const groups = [...new Set([...groupOf.values()].map(root))].map(({ alerts, why }) => {
    const ordered = alerts.toSorted(inOrder);
    return {
      alerts: ordered,
      why: ordered.slice(1).map((episode) => why.get(episode) ?? "a later alert ties it to the others"),
    };
  });
  return groups.toSorted((a, b) => (a.alerts[0] && b.alerts[0] ? inOrder(a.alerts[0], b.alerts[0]) : 0));
}

/**
 * Of the episodes so far, those that a later one may be linked to, without those that a later one of their like stands for: what is linked to an earlier of
 * two that are alike is linked to the later one too, and they to each other.
 */
class Seen {
  readonly #windowMs: number;
  readonly #byFingerprint = new Map<string, AlertFiring>();
  readonly #byGroupKey = new Map<string, AlertFiring>();
  /** Of the window, by all that links look at; those that a sender groups are apart, for they are never linked to each other this way. */
  readonly #grouped = new Map<string, AlertFiring>();
  readonly #ungrouped = new Map<string, AlertFiring>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  candidates({ fingerprint, groupKeys, startsAtMs }: AlertFiring): Iterable<AlertFiring> {
    for (const recent of [this.#grouped, this.#ungrouped]) {
      // in order of time, so that what is too old comes first
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

  add(episode: AlertFiring): void {
    const { entity, fingerprint, groupKeys, name, summary } = episode;
    this.#byFingerprint.set(fingerprint, episode);
    for (const key of groupKeys) this.#byGroupKey.set(key, episode);
    const recent = groupKeys.length === 0 ? this.#ungrouped : this.#grouped;
    const key = JSON.stringify([entity, groupKeys, name, summary]);
    recent.delete(key); // to the end
    recent.set(key, episode);
  }
}

/** `into`: the group that it became a part of. */
type Group = { alerts: AlertFiring[]; why: Map<AlertFiring, string>; into: Group | null };

function root(group: Group): Group {
  let at = group;
  while (at.into !== null) at = at.into;
  return at;
}

/** The smaller becomes a part of the larger: what is moved over and over stays little. */
function union(a: Group, b: Group): Group {
  if (a === b) return a;
  const [into, from] = a.alerts.length >= b.alerts.length ? [a, b] : [b, a];
  into.alerts.push(...from.alerts);
  for (const [episode, why] of from.why) into.why.set(episode, why);
  from.into = into;
  return into;
}

function episodesOf(told: readonly AlertFiring[]): AlertFiring[] {
  const byKey = new Map<string, AlertFiring>();
  for (const one of told) {
    const known = byKey.get(firingKey(one));
    byKey.set(firingKey(one), known ? mergeUpdates(known, one) : one);
  }
  return [...byKey.values()].toSorted(inOrder);
}
