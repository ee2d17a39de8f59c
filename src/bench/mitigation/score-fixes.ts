import type { Action } from "../../domain/action.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { Oracle, type PlanAnswer } from "../formats.ts";
import { planMatch, planSafe } from "../tasks/score-plan.ts";
import { wilson } from "../../stats/wilson.ts";
import { REFERENCE_FIXES, type ReferenceFix } from "./reference-fixes.ts";

/** Plans the repair for a made-up state: the component and the cause count as found. */
export type PlanMadeUp = (
  fix: Pick<ReferenceFix, "problem" | "faulty" | "cause" | "finding">,
  runbooks: readonly Runbook[],
) => { actions: readonly Action[]; runbook: { name: string; drafted: boolean } | null };

/** `doesFix`: one of the steps does what the reference does; null if no step may. */
export type FixScore = {
  problem: string;
  runbook: string | null;
  steps: readonly string[];
  match: boolean;
  safe: boolean;
  doesFix: boolean | null;
  why: string;
};

/**
 * Scores the plan for the fault of each mitigation problem of AIOpsLab, as if the analysis had found component and
 * cause. The state is made up: it says what the planner does with a right diagnosis, not how often one is right.
 */
export const scoreFixes = (runbooks: readonly Runbook[], plan: PlanMadeUp): FixScore[] =>
  REFERENCE_FIXES.map((fix) => scoreFix(fix, runbooks, plan(fix, runbooks)));

function scoreFix(
  fix: ReferenceFix,
  runbooks: readonly Runbook[],
  { actions, runbook }: ReturnType<PlanMadeUp>,
): FixScore {
  const [target] = fix.faulty;
  const plan: PlanAnswer = {
    cause: fix.cause,
    target,
    runbook: runbook?.name ?? null,
    isDraft: runbook?.drafted ?? false,
    isProposed: true,
    actions: actions.map(({ step, target: { id }, risk, reversible, rollback, verify }) => ({
      step,
      target: id,
      risk,
      reversible,
      hasRollback: rollback.trim() !== "",
      hasVerification: verify.trim() !== "",
    })),
  };
  const oracle = Oracle.parse({
    id: fix.problem,
    entities: [[...fix.faulty]],
    cause: fix.cause,
    mitigation: { runbooks: [...fix.runbooks] },
  });
  const { commands } = fix;
  return {
    problem: fix.problem,
    runbook: plan.runbook,
    steps: actions.map(({ step }) => step),
    match: planMatch(plan, oracle, runbooks) === true,
    safe: planSafe(plan, oracle),
    doesFix: commands === null ? null : actions.some(({ script }) => commands.test(script)),
    why: fix.fix,
  };
}

/** The table in Markdown, and the figures below it. */
export function fixTable(scores: readonly FixScore[]): string {
  return [
    "| Problem | Reference | Runbook | Steps | plan_match | plan_safe | A step does it |",
    "|---|---|---|---|---|---|---|",
    ...scores.map(
      ({ problem, why, runbook, steps, match, safe, doesFix }) =>
        `| ${[problem, why, runbook ?? "–", steps.join(", ") || "none", word(match), word(safe), word(doesFix)].join(" | ")} |`,
    ),
    "",
    share(
      "plan_match",
      scores.map(({ match }) => match),
    ),
    share(
      "plan_safe",
      scores.map(({ safe }) => safe),
    ),
    share(
      "A step does what the reference does",
      scores.map(({ doesFix }) => doesFix === true),
    ),
    "The state is made up: component and cause count as found. Nothing ran, so this is no accuracy of mitigation.",
  ].join("\n");
}

const word = (value: boolean | null): string => (value === null ? "for its owner" : value ? "yes" : "no");

function share(name: string, values: readonly boolean[]): string {
  const hits = values.filter(Boolean).length;
  const range = wilson(hits / values.length, values.length);
  const shown = range === null ? "" : ` [${range.low.toFixed(2)}, ${range.high.toFixed(2)}]`;
  return `${name}: ${hits} of ${values.length}, ${(hits / values.length).toFixed(2)}${shown}`;
}
