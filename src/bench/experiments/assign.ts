import { seededRandom, seedOf, type SeededRandom } from "../../stats/seeded-random.ts";
import { type ArmName, ARM_NAMES } from "./arms.ts";
import type { ExperimentPlan } from "./plan.ts";

/** Shuffles a copy. @see Fisher–Yates. */
export function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] as T, order[at] as T];
  }
  return order;
}

/** One analysis of an experiment. */
export type AssignedCase = { id: string; arm: ArmName };

/**
 * The analyses of a suite in the order in which they run. The order of cases is random, and the arms take turns in a
 * random order: a computer that slows down, or a model's server under load, meets both arms alike.
 *
 * Paired: each case in both arms. Randomised: each case in one arm, as many in each.
 */
export function assign({ assignment }: Pick<ExperimentPlan, "assignment">, suite: string, ids: readonly string[]) {
  const random = seededRandom(seedOf(assignment.seed, suite));
  const inOrder = shuffled(ids.toSorted(), random);
  let turn: ArmName[] = [];
  return inOrder.flatMap((id): AssignedCase[] => {
    if (assignment.kind === "paired") return shuffled(ARM_NAMES, random).map((arm) => ({ id, arm }));
    // blocks of two keep the arms equal in size
    if (turn.length === 0) turn = shuffled(ARM_NAMES, random);
    return [{ id, arm: turn.pop() ?? "a" }];
  });
}
