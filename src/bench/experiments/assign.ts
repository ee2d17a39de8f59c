import { seededRandom, seedOf } from "../../stats/seeded-random.ts";
import { shuffled } from "../../stats/shuffle.ts";
import { type ArmName, ARM_NAMES } from "./arms.ts";
import type { ExperimentPlan } from "./plan.ts";

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
