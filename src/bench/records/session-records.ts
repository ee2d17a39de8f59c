import { createHash } from "node:crypto";
import { type PosedProblem, type Task, type Truth } from "../aiopslab/problems.ts";
import { scoreAnswer, submissionOf } from "../aiopslab/score-answer.ts";
import { sessionFigures, type SessionRecord, type TraceItem } from "../aiopslab/session.ts";
import type { Oracle, Prediction } from "../formats.ts";
import { submitCall } from "../tasks/answers.ts";
import { trueLabels } from "../tasks/truth.ts";
import { callMessage } from "../predict/call-text.ts";
import type { CaseDetail } from "../predict/case-detail.ts";

/** A case as one problem of AIOpsLab: its ids end with the task and a number. */
export const problemIdOf = (caseId: string, task: Task): string => `${caseId}-${task}-1`;

/** The same id for the same case, task and run: a UUID made of their hash. */
function sessionId(run: string, problem: string): string {
  const hex = createHash("sha256").update(`${run}\0${problem}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

/**
 * What is right for a case in a task; null if the task cannot be posed: nothing is at fault, or its labels are unknown.
 * `undefined` answers are not known, so nothing is scored.
 */
export function truthOfCase(task: Task, oracle: Oracle | undefined): Truth | null {
  if (task === "mitigation") return { task };
  if (task === "detection") return { task, expected: oracle === undefined ? null : oracle.faulty ? "Yes" : "No" };
  if (task === "localization") {
    if (oracle === undefined) return { task, accepted: null };
    return oracle.faulty ? { task, accepted: oracle.entities.flat() } : null;
  }
  if (oracle === undefined) return { task, labels: null };
  const labels = oracle.faulty ? trueLabels(oracle) : null;
  return labels && { task, labels };
}

/** The problem as a registry lists it; null without a known truth. Of several names the first is the expected one. */
export function posedProblem(caseId: string, truth: Truth): PosedProblem | null {
  const common = { id: problemIdOf(caseId, truth.task), family: "" };
  switch (truth.task) {
    case "detection":
      return truth.expected && { ...common, task: truth.task, expected: truth.expected };
    case "localization": {
      const [expected, ...others] = truth.accepted ?? [];
      return expected === undefined
        ? null
        : { ...common, task: truth.task, expected: [expected], also_accepted: others };
    }
    case "analysis":
      return truth.labels && { ...common, task: truth.task, expected: truth.labels };
    case "mitigation":
      return { ...common, task: truth.task };
  }
}

/** The steps of an analysis as a session: each call and its observation in turn, and last the submission. */
function traceOf(task: Task, prediction: Prediction, detail: CaseDetail | undefined): TraceItem[] {
  const steps = detail?.steps ?? [];
  const made = steps.flatMap(({ call, observation }): TraceItem[] => [
    { role: "assistant", content: callMessage(call) },
    { role: "env", content: observation },
  ]);
  const { answers } = prediction;
  return answers == null ? made : [...made, { role: "assistant", content: callMessage(submitCall(task, answers)) }];
}

/**
 * The session of one case and task in AIOpsLab's format. A case that failed has no trace, and so no submission.
 *
 * @param run what distinguishes this run from others of the same cases.
 * @param nowMs for a case that failed, which has no times. Unix ms.
 */
export function sessionRecordOf({
  run,
  prediction,
  detail,
  truth,
  countTokens,
  nowMs,
}: {
  run: string;
  prediction: Prediction;
  detail: CaseDetail | undefined;
  truth: Truth;
  countTokens: (text: string) => number;
  nowMs: number;
}): SessionRecord {
  const { task } = truth;
  const problem = problemIdOf(prediction.id, task);
  const trace = traceOf(task, prediction, detail);
  const start = (detail?.start ?? nowMs) / 1000;
  const times = { start_time: start, end_time: start + (detail?.ms ?? 0) / 1000, trace };
  const submission = submissionOf(trace.filter(({ role }) => role === "assistant").map(({ content }) => content));
  return {
    agent: "causeway",
    session_id: sessionId(run, problem),
    problem_id: problem,
    ...times,
    results: { ...scoreAnswer(submission, truth), ...sessionFigures(task, times, countTokens) },
  };
}
