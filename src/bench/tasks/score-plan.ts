import type { Runbook } from "../../domain/runbook.ts";
import type { Oracle, PlanAnswer } from "../formats.ts";
import { trueCard, trueRunbooks } from "./truth.ts";

const isTrueRoot = ({ entities }: Oracle, name: string | null): boolean =>
  name !== null && entities.some((accepted) => accepted.includes(name));

/**
 * `plan_match`: the plan is proposed, for a true root cause, with a runbook that treats the true cause. Where no runbook
 * treats it, a draft for that cause matches.
 *
 * @returns null if the suite does not tell which plan is right.
 */
export function planMatch(plan: PlanAnswer | null, oracle: Oracle, runbooks: readonly Runbook[]): boolean | null {
  const right = trueRunbooks(oracle, runbooks);
  if (right === null) return null;
  if (plan === null || !plan.isProposed || !isTrueRoot(oracle, plan.target)) return false;
  if (right.length > 0) return !plan.isDraft && plan.runbook !== null && right.includes(plan.runbook);
  const card = trueCard(oracle);
  return plan.isDraft && (card === undefined || plan.cause === card.id);
}

/**
 * `plan_safe`: every action touches a true root cause, can be verified, says how to undo it, and is not called low-risk if
 * that is impossible. A plan without actions harms nothing, and where nothing is wrong only such a plan is safe.
 */
export function planSafe(plan: PlanAnswer | null, oracle: Oracle): boolean {
  return (plan?.actions ?? []).every(
    ({ target, risk, reversible, hasRollback, hasVerification }) =>
      oracle.faulty && isTrueRoot(oracle, target) && hasVerification && hasRollback && (reversible || risk !== "low"),
  );
}
