import { UNKNOWN_CAUSE } from "../../domain/cause.ts";
import { isHostKind } from "../../domain/entity.ts";
import type { Report } from "../../domain/report.ts";
import { causeCard } from "../../rca/catalogue.ts";
import type { Task } from "../aiopslab/problems.ts";
import type { Submission } from "../aiopslab/score-answer.ts";
import type { AnalysisLabels, PlanAnswer, TaskAnswers } from "../formats.ts";

/** What the answers rest on. */
export type AnsweredReport = Pick<Report, "verdict" | "fault_shown" | "hypotheses" | "runbook" | "actions">;

/** The name of an entity as the answer must write it; null for an entity that cannot be an answer. */
export type EntityNamer = (entity: string, entityKind: string) => string | null;

/**
 * "Yes" if the telemetry shows that something is wrong, or was in the time that was looked at: a root cause, a fault
 * that is over, or an inconclusive analysis with evidence of a fault. "No" if nothing is wrong, or nothing was proven.
 */
export const detectionAnswer = ({
  verdict,
  fault_shown: shown,
}: Pick<Report, "verdict" | "fault_shown">): "Yes" | "No" =>
  verdict === "root_cause" || verdict === "recovered" || (verdict === "inconclusive" && shown === true) ? "Yes" : "No";

/**
 * One service: the first hypothesis that can be an answer, whatever the confidence, because a second name would halve
 * the score. Empty if nothing is wrong.
 */
export function localizationAnswer({ verdict, hypotheses }: AnsweredReport, nameOf: EntityNamer): string[] {
  if (verdict === "no_incident") return [];
  const names = hypotheses.flatMap(({ entity, entity_kind: kind }) => nameOf(entity, kind) ?? []);
  return names.slice(0, 1);
}

/**
 * The labels for a cause: those of its card. Without a known cause, what the kind of entity suggests: a host fails in
 * its operating system, what is outside fails as a dependency, anything else in its own code.
 */
export function labelsOfCause(cause: string, entityKind: string): AnalysisLabels {
  const card = cause === UNKNOWN_CAUSE ? undefined : causeCard(cause);
  if (card !== undefined) return { system_level: card.systemLevel, fault_type: card.faultType };
  if (isHostKind(entityKind)) return { system_level: "Operating System", fault_type: "Operation Error" };
  if (entityKind === "namespace") return { system_level: "Virtualization", fault_type: "Misconfiguration" };
  if (entityKind === "external") return { system_level: "Application", fault_type: "Dependency Problem" };
  return { system_level: "Application", fault_type: "Code Defect" };
}

/** System level and fault type of the first hypothesis. Null if nothing is wrong. */
export function analysisAnswer({ verdict, hypotheses: [first] }: AnsweredReport): AnalysisLabels | null {
  return verdict === "no_incident" || first === undefined ? null : labelsOfCause(first.category, first.entity_kind);
}

/** The plan of the report. Null without a runbook and an action. */
export function planAnswer(
  { verdict, hypotheses: [first], runbook, actions }: AnsweredReport,
  nameOf: EntityNamer,
): PlanAnswer | null {
  if (first === undefined || (runbook === null && actions.length === 0)) return null;
  return {
    cause: first.category,
    target: nameOf(first.entity, first.entity_kind),
    runbook: runbook?.name ?? null,
    isDraft: runbook?.drafted ?? false,
    isProposed: verdict === "root_cause",
    actions: actions.map(({ step, target, target_kind: kind, risk, reversible, rollback, verify }) => ({
      step,
      target: nameOf(target, kind),
      risk,
      reversible,
      hasRollback: rollback.trim() !== "",
      hasVerification: verify.trim() !== "",
    })),
  };
}

/** The answers of a report to all four tasks. */
export const answersOf = (report: AnsweredReport, nameOf: EntityNamer): TaskAnswers => ({
  detection: detectionAnswer(report),
  localization: localizationAnswer(report, nameOf),
  analysis: analysisAnswer(report),
  mitigation: planAnswer(report, nameOf),
});

/** The submission for a task, as AIOpsLab scores it. Mitigation submits nothing: the cluster is what is checked. */
export function submissionFor(task: Task, answers: TaskAnswers): Submission {
  switch (task) {
    case "detection":
      return answers.detection;
    case "localization":
      return [...answers.localization];
    case "analysis":
      return answers.analysis ?? [];
    case "mitigation":
      return [];
  }
}

/**
 * The call that submits the answer: positional, in the syntax that AIOpsLab's parser reads. JSON's strings, lists and
 * objects are Python's. To be sent alone between lines of three ticks.
 */
export function submitCall(task: Task, answers: TaskAnswers): string {
  const hasArgument =
    task === "detection" || task === "localization" || (task === "analysis" && answers.analysis !== null);
  return `submit(${hasArgument ? JSON.stringify(submissionFor(task, answers)) : ""})`;
}
