import type { LabReport } from "./causeway-process.ts";
import type { TrialResult } from "./trial-result.ts";

/** One line: verdict, causes, number of actions. */
export const conclusionOf = ({ report }: LabReport): string =>
  [
    report.verdict,
    ...report.root_causes.map(({ entity, category }) => `${entity} ${category}`),
    `${report.actions.length} actions`,
  ].join(", ");

/** What a trial keeps of a report. */
export function analysisOf({ alerts, openedMs, finishedMs, report }: LabReport): TrialResult["later"][number] {
  return {
    alerts,
    openedMs,
    finishedMs,
    verdict: report.verdict,
    causes: report.root_causes.map(({ entity, category, confidence }) => ({ entity, category, confidence })),
    runbook: report.runbook?.name ?? null,
    isDraft: report.runbook?.drafted ?? false,
    actions: report.actions.map(({ id, runbook, step, target, risk, reversible, rollback, verify }) => ({
      id,
      runbook,
      step,
      target,
      risk,
      reversible,
      hasRollback: rollback.trim() !== "",
      hasVerification: verify.trim() !== "",
    })),
  };
}
