import type { Alert } from "../domain/telemetry.ts";
import { alertKind, countRaisers, countSets, type AlertTally, tallyAlerts } from "./tally.ts";

/** So many past sets weigh as much as the other entities of the present set. */
const HALF_TRUST_SETS = 30;
/** An entity may be truly faulty in this share of the past sets; a pattern in more of them is a habit. */
const OWN_SHARE = 1 / 8;
/** Exponent of the similarity at which two patterns count as one. */
const SIMILARITY_POWER = 4;
/** Pseudo-count of sets not yet seen, so that no probability is zero. */
const UNSEEN = 0.5;

export type AlertRarity = {
  /** Rarity of the alert: −log P(this entity raises this kind), in nats, ≥ 0. */
  ofAlert(alert: Alert): number;
  /** Past sets in which the entity raised this kind. */
  seenBefore(alert: Alert): number;
  /** Entities that raise this kind now. */
  raisedBy(alert: Alert): number;
  /** Number of past sets, weighted by similarity, that show the entity as it is now. */
  habitOf(entity: string): number;
  /** Discount for habitual alerts of an entity, in (0, 1]. */
  discountOf(entity: string): number;
  entities: number;
  pastSets: number;
};

/**
 * Rates how unusual alerts are, by counting over the alert sets of past incidents of the same system. Needs no labels.
 *
 * Rarity of an alert: −log P(this entity raises this kind in a set), over n past sets and the present one. It is
 * blended with the rarity in the present set, log(1 + entities / raisers), which is all there is without a past: (n ·
 * past + 30 · present) / (n + 30).
 *
 * Habit: an entity that shows the same pattern in many past sets, while other entities are at fault, is a bystander. h
 * = Σ over past sets of similarity⁴; similarity = Σ min / Σ max over families of the weighted rarity; the discount is
 * 1 / (1 + h / (1 + n/8)).
 *
 * @param past one alert set per incident, in any order; `[]` if there are none.
 */
export function alertRarity(alerts: readonly Alert[], past: readonly (readonly Alert[])[]): AlertRarity {
  const present = tallyAlerts(alerts);
  const pastTallies = past.map(tallyAlerts);
  const raisers = countRaisers(present);
  const pastSets = past.length;
  const sets = countSets([present, ...pastTallies]);

  const rarityOf = (entity: string, kind: string): number => {
    // each set is rated against all others, and is itself one of the sets that hold the kind
    const usual = -Math.log((sets(entity, kind) - 1 + UNSEEN) / (pastSets + 1));
    const rare = Math.log1p(present.size / Math.max(1, raisers(kind)));
    return pastSets === 0
      ? rare
      : Math.max(0, (pastSets * usual + HALF_TRUST_SETS * rare) / (pastSets + HALF_TRUST_SETS));
  };
  const patternIn = (tally: AlertTally, entity: string): Map<string, number> => {
    const families = new Map<string, number>();
    for (const [kind, { family, weight }] of tally.get(entity) ?? [])
      families.set(family, Math.max(families.get(family) ?? 0, weight * rarityOf(entity, kind)));
    return families;
  };
  const habits = new Map<string, number>();
  for (const entity of present.keys()) {
    const now = patternIn(present, entity);
    habits.set(
      entity,
      pastTallies.reduce((sum, tally) => sum + similarity(now, patternIn(tally, entity)) ** SIMILARITY_POWER, 0),
    );
  }
  const habitOf = (entity: string): number => habits.get(entity) ?? 0;
  return {
    ofAlert: (alert) => rarityOf(alert.entity, alertKind(alert)),
    seenBefore: (alert) => sets(alert.entity, alertKind(alert)) - 1,
    raisedBy: (alert) => raisers(alertKind(alert)),
    habitOf,
    discountOf: (entity) => 1 / (1 + habitOf(entity) / (1 + pastSets * OWN_SHARE)),
    entities: present.size,
    pastSets,
  };
}

/** Σ min / Σ max over families, in [0, 1]; 0 if both are empty. */
function similarity(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let shared = 0;
  let all = 0;
  for (const family of new Set([...a.keys(), ...b.keys()])) {
    const [inA, inB] = [a.get(family) ?? 0, b.get(family) ?? 0];
    shared += Math.min(inA, inB);
    all += Math.max(inA, inB);
  }
  return all === 0 ? 0 : shared / all;
}
