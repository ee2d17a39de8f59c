import type { Runbook } from "../../domain/runbook.ts";
import { mean } from "../../stats/mean.ts";
import { TIME_KEY } from "../aiopslab/session.ts";
import type { Task } from "../aiopslab/problems.ts";
import { scoreAnalysis, scoreDetection, scoreLocalization } from "../aiopslab/score-answer.ts";
import { type Proportion, proportion } from "../figures.ts";
import type { Oracle, Prediction } from "../formats.ts";
import { allOrPrecision } from "../scorers/root-causes.ts";
import { submissionFor } from "./answers.ts";
import { planMatch, planSafe } from "./score-plan.ts";
import { trueLabels } from "./truth.ts";

/** A case that was missed: what was submitted, and what was right. */
export type TaskMiss = { id: string; submitted: string; right: string };
/**
 * The figures of one task, in the order in which they are printed, under AIOpsLab's names where it has one.
 * `faultFree`: the share of cases without a fault in which the answer is that nothing is wrong. `floors`: what answers
 * without any analysis would score in the first figure. `time`: mean seconds of an analysis, as TTD, TTL, TTA or TTM.
 */
export type TaskScores = {
  task: Task;
  figures: Readonly<Record<string, Proportion>>;
  faultFree: Proportion;
  floors: Readonly<Record<string, number>>;
  time: { key: string; seconds: number | null };
  steps: number | null;
  misses: readonly TaskMiss[];
};
/** `refused`: why the suite cannot score the task, as a sentence. */
export type TaskResult = TaskScores | { task: Task; refused: string };

type Case = { oracle: Oracle; prediction: Prediction | undefined };
type Judgement = Pick<TaskScores, "figures" | "faultFree" | "floors" | "misses">;

/** Null for a case without a prediction or from an older file: that is wrong, like no submission. */
const answersIn = ({ prediction }: Case) => prediction?.answers ?? null;
const submitted = (task: Task, one: Case) => {
  const answers = answersIn(one);
  return answers === null ? null : submissionFor(task, answers);
};
const missOf = (one: Case, task: Task, right: unknown): TaskMiss => ({
  id: one.oracle.id,
  submitted: JSON.stringify(submitted(task, one)),
  right: JSON.stringify(right),
});
const faultyOf = (cases: readonly Case[]): Case[] => cases.filter(({ oracle }) => oracle.faulty);
const healthyOf = (cases: readonly Case[]): Case[] => cases.filter(({ oracle }) => !oracle.faulty);
const shareOf = (cases: readonly Case[], is: (one: Case) => boolean): Proportion =>
  proportion(cases.map((one) => Number(is(one))));

/** The share of the label that most cases have. */
function majority(labels: readonly string[]): number {
  const counts = [...Map.groupBy(labels, (label) => label)].map(([, { length }]) => length);
  return labels.length === 0 ? 0 : Math.max(...counts) / labels.length;
}

function judgeDetection(cases: readonly Case[]): Judgement {
  const expectedOf = ({ oracle }: Case): "Yes" | "No" => (oracle.faulty ? "Yes" : "No");
  const isRight = (one: Case): boolean =>
    scoreDetection(submitted("detection", one), expectedOf(one))["Detection Accuracy"] === "Correct";
  return {
    figures: { "Detection Accuracy": shareOf(cases, isRight), "on faults": shareOf(faultyOf(cases), isRight) },
    faultFree: shareOf(healthyOf(cases), isRight),
    floors: { "always Yes": faultyOf(cases).length / cases.length },
    misses: cases.filter((one) => !isRight(one)).map((one) => missOf(one, "detection", expectedOf(one))),
  };
}

/** Where a case has several root causes, any of them is right for the one name that is submitted. */
function judgeLocalization(cases: readonly Case[]): Judgement {
  const faulty = faultyOf(cases);
  const scored = faulty.map((one) => ({
    one,
    result: scoreLocalization(submitted("localization", one), one.oracle.entities.flat()),
  }));
  const rankedAt = (k: number): Proportion =>
    shareOf(faulty, ({ oracle, prediction }) =>
      (prediction?.ranking ?? []).slice(0, k).some(({ entity }) => oracle.entities.flat().includes(entity)),
    );
  return {
    figures: {
      "Localization Accuracy": proportion(scored.map(({ result }) => result["Localization Accuracy"] / 100)),
      success: proportion(scored.map(({ result }) => Number(result.success))),
      is_subset: proportion(scored.map(({ result }) => Number(result.is_subset))),
      "acc@1": rankedAt(1),
      "acc@3": rankedAt(3),
      "AA-score": proportion(
        faulty.map((one) => allOrPrecision(answersIn(one)?.localization ?? [], one.oracle.entities)),
      ),
    },
    faultFree: shareOf(healthyOf(cases), (one) => answersIn(one)?.localization.length === 0),
    floors: { "the most frequent entity": majority(faulty.map(({ oracle }) => oracle.entities[0]?.[0] ?? "")) },
    misses: scored
      .filter(({ result }) => !result.success)
      .map(({ one }) =>
        missOf(
          one,
          "localization",
          one.oracle.entities.map(([name = ""]) => name),
        ),
      ),
  };
}

function judgeAnalysis(cases: readonly Case[]): Judgement | null {
  const labelled = faultyOf(cases).flatMap((one) => {
    const labels = trueLabels(one.oracle);
    return labels === null ? [] : [{ one, labels, result: scoreAnalysis(submitted("analysis", one), labels) }];
  });
  if (labelled.length === 0) return null;
  const of = (key: "success" | "system_level_correct" | "fault_type_correct"): Proportion =>
    proportion(labelled.map(({ result }) => Number(result[key])));
  return {
    figures: {
      success: of("success"),
      system_level_correct: of("system_level_correct"),
      fault_type_correct: of("fault_type_correct"),
    },
    faultFree: shareOf(healthyOf(cases), (one) => answersIn(one)?.analysis === null),
    floors: { "the most frequent labels": majority(labelled.map(({ labels }) => JSON.stringify(labels))) },
    misses: labelled.filter(({ result }) => !result.success).map(({ one, labels }) => missOf(one, "analysis", labels)),
  };
}

const planWords = (one: Case): string => {
  const plan = answersIn(one)?.mitigation ?? null;
  if (plan === null) return "no plan";
  const name = `${plan.isDraft ? "a draft" : (plan.runbook ?? "no runbook")} for ${plan.target ?? "an unlisted entity"}`;
  return plan.isProposed ? name : `${name}, for reading only`;
};

function judgeMitigation(cases: readonly Case[], runbooks: readonly Runbook[]): Judgement | null {
  const planned = faultyOf(cases).flatMap((one) => {
    const isMatch = planMatch(answersIn(one)?.mitigation ?? null, one.oracle, runbooks);
    return isMatch === null ? [] : [{ one, isMatch }];
  });
  if (planned.length === 0) return null;
  const plans = [...planned.map(({ one }) => one), ...healthyOf(cases)];
  return {
    figures: {
      plan_match: proportion(planned.map(({ isMatch }) => Number(isMatch))),
      plan_safe: shareOf(plans, (one) => planSafe(answersIn(one)?.mitigation ?? null, one.oracle)),
      "with actions": shareOf(
        planned.map(({ one }) => one),
        (one) => (answersIn(one)?.mitigation?.actions.length ?? 0) > 0,
      ),
    },
    faultFree: shareOf(healthyOf(cases), (one) => (answersIn(one)?.mitigation?.actions.length ?? 0) === 0),
    floors: { "no plan": 0 },
    misses: planned
      .filter(({ isMatch }) => !isMatch)
      .map(({ one }) => ({
        id: one.oracle.id,
        submitted: planWords(one),
        right: `a plan for ${one.oracle.cause ?? "the cause"} of ${one.oracle.entities[0]?.[0] ?? ""}`,
      })),
  };
}

const LACKS: Readonly<Record<Task, string>> = {
  detection: "it has no case",
  localization: "it has no case with a fault",
  analysis: "no case has a labelled cause that the catalogue knows, and none has labels of its own",
  mitigation: "no case has a labelled cause that the catalogue knows, and none names the right runbooks",
};

function judgementOf(task: Task, cases: readonly Case[], runbooks: readonly Runbook[]): Judgement | null {
  switch (task) {
    case "detection":
      return cases.length === 0 ? null : judgeDetection(cases);
    case "localization":
      return faultyOf(cases).length === 0 ? null : judgeLocalization(cases);
    case "analysis":
      return judgeAnalysis(cases);
    case "mitigation":
      return judgeMitigation(cases, runbooks);
  }
}

/**
 * Scores one task over the cases of a suite by AIOpsLab's rules. A case without a prediction counts as one without a
 * submission. Offline, mitigation is scored by the drafted plan, and is no accuracy.
 *
 * @param suite its name, for the sentence that refuses.
 */
export function scoreTask(
  task: Task,
  suite: string,
  oracles: readonly Oracle[],
  predictions: ReadonlyMap<string, Prediction>,
  runbooks: readonly Runbook[],
): TaskResult {
  const cases = oracles.map((oracle): Case => ({ oracle, prediction: predictions.get(oracle.id) }));
  const judged = judgementOf(task, cases, runbooks);
  if (judged === null) return { task, refused: `${suite} cannot score ${task}: ${LACKS[task]}.` };
  const ran = cases.flatMap(({ prediction }) => prediction ?? []);
  const ms = mean(ran.flatMap(({ ms: of }) => of ?? []));
  return {
    task,
    ...judged,
    time: { key: TIME_KEY[task], seconds: ms === null ? null : ms / 1000 },
    steps: mean(ran.flatMap(({ steps }) => steps ?? [])),
  };
}
