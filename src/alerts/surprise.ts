import type { Alert } from "../domain/telemetry.ts";
import { alertKind, type Tally, tallyAlerts } from "./tally.ts";

/** This many past sets count as much as what the other entities of the present one show. */
const HALF_TRUST_SETS = 10;
/** An entity may well be ill in this share of the past sets without its alerts being a habit. */
const OWN_SHARE = 1 / 8;
/** How alike two patterns must be to count as the same: likeness to this power. */
const LIKENESS_POWER = 4;
/** Stands for the next set, which nobody has seen: nothing is impossible. */
const UNSEEN = 0.5;

export type Surprise = {
  /** How unusual it is that this entity raises this, in nats, ≥ 0. */
  ofAlert(alert: Alert): number;
  /** Past sets in which the entity raised at least as many of this kind. */
  seenBefore(alert: Alert): number;
  /** Entities that raise this kind now. */
  raisedBy(alert: Alert): number;
  /** About how many past sets show the entity as it is now. */
  habitOf(entity: string): number;
  /** In (0, 1]: what is left of an entity's alerts once its habits are taken off. */
  discountOf(entity: string): number;
  entities: number;
  pastSets: number;
};

/**
 * How unusual alerts are, counted without labels over past alert sets of the same system.
 *
 * An alert: −log P(this entity raises at least so many of this kind in a set), blended by the number n of past sets with its rarity among the entities of
 * the present set, log(1 + entities / raisers), which is all there is without a history: (n · past + 10 · present) / (n + 10).
 *
 * A habit: an entity whose whole pattern keeps coming back, by turns with everybody else's trouble, is a bystander. h = Σ over past sets of likeness⁴, likeness = Σ min / Σ max
 * over families of the weighted surprise; what is left is 1 / (1 + h / (1 + n/8)).
 */
export function alertSurprise(alerts: readonly Alert[], past: readonly (readonly Alert[])[]): Surprise {
  const present = tallyAlerts(alerts);
  const pastTallies = past.map(tallyAlerts);
  const raisers = countRaisers(present);
  const counts = countsOf([present, ...pastTallies]);
  const trust = past.length / (past.length + HALF_TRUST_SETS);

  const seen = (entity: string, kind: string, count: number): number => (counts.get(entity)?.get(kind) ?? []).filter((other) => other >= count).length - 1;
  const surprise = (entity: string, kind: string, count: number): number => {
    const rarity = Math.log1p(present.size / (raisers.get(kind) ?? 1));
    if (past.length === 0) return rarity;
    return trust * -Math.log((seen(entity, kind, count) + UNSEEN) / (past.length + 1)) + (1 - trust) * rarity;
  };
  const pattern = (tally: Tally, entity: string): Map<string, number> => {
    const families = new Map<string, number>();
    for (const [kind, { count, bearing }] of tally.get(entity) ?? []) {
      const weighted = bearing.weight * surprise(entity, kind, count);
      families.set(bearing.family, Math.max(families.get(bearing.family) ?? 0, weighted));
    }
    return families;
  };
  const habits = new Map(
    [...present.keys()].map((entity) => {
      const now = pattern(present, entity);
      return [entity, pastTallies.reduce((sum, tally) => sum + (tally.has(entity) ? likeness(now, pattern(tally, entity)) ** LIKENESS_POWER : 0), 0)];
    }),
  );
  const habitOf = (entity: string): number => habits.get(entity) ?? 0;
  const countNow = (alert: Alert): number => present.get(alert.entity)?.get(alertKind(alert))?.count ?? 0;
  return {
    ofAlert: (alert) => Math.max(0, surprise(alert.entity, alertKind(alert), countNow(alert))),
    seenBefore: (alert) => Math.max(0, seen(alert.entity, alertKind(alert), countNow(alert))),
    raisedBy: (alert) => raisers.get(alertKind(alert)) ?? 0,
    habitOf,
    discountOf: (entity) => 1 / (1 + habitOf(entity) / (1 + past.length * OWN_SHARE)),
    entities: present.size,
    pastSets: past.length,
  };
}

function countRaisers(tally: Tally): Map<string, number> {
  const raisers = new Map<string, number>();
  for (const kinds of tally.values()) for (const kind of kinds.keys()) raisers.set(kind, (raisers.get(kind) ?? 0) + 1);
  return raisers;
}

/** For each entity and kind the counts in the sets that have it. */
function countsOf(tallies: readonly Tally[]): Map<string, Map<string, number[]>> {
  const counts = new Map<string, Map<string, number[]>>();
  for (const tally of tallies) {
    for (const [entity, kinds] of tally) {
      const known = counts.get(entity) ?? new Map<string, number[]>();
      counts.set(entity, known);
      for (const [kind, { count }] of kinds) known.set(kind, [...(known.get(kind) ?? []), count]);
    }
  }
  return counts;
}

/** Σ min / Σ max over families, in [0, 1]; 0 where neither shows anything. */
function likeness(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let shared = 0;
  let all = 0;
  for (const family of new Set([...a.keys(), ...b.keys()])) {
    const [inA, inB] = [a.get(family) ?? 0, b.get(family) ?? 0];
    shared += Math.min(inA, inB);
    all += Math.max(inA, inB);
  }
  return all === 0 ? 0 : shared / all;
}
