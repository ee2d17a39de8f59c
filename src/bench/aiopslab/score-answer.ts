import type { AnalysisLabels } from "../formats.ts";
import type { PythonValue } from "./python-literals.ts";
import type { Truth } from "./problems.ts";
import { readCall } from "./read-call.ts";

/** What an agent submitted; null if it never did. */
export type Submission = PythonValue;

export type DetectionResult = { "Detection Accuracy": "Correct" | "Incorrect" | "Invalid Format" };
/** `Localization Accuracy`: percent. */
export type LocalizationResult = { "Localization Accuracy": number; success: boolean; is_subset: boolean };
export type AnalysisResult = { system_level_correct: boolean; fault_type_correct: boolean; success: boolean };
export type AnswerResult = DetectionResult | LocalizationResult | AnalysisResult;

/**
 * What the messages of an agent submitted: the arguments of the last `submit` that can be read. One argument is the
 * submission itself, and none or several are a list. Named arguments are lost.
 */
export function submissionOf(messages: readonly string[]): Submission {
  const submitted = messages.flatMap((message) => {
    const call = readCall(message);
    return "problem" in call || call.name !== "submit" ? [] : [call.args];
  });
  const args = submitted.at(-1);
  if (args === undefined) return null;
  const [only = null] = args;
  return args.length === 1 ? only : args;
}

const isSame = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Detection: a text equal to the expected one, in any case. Anything but a text is "Invalid Format". */
export function scoreDetection(submission: Submission, expected: "Yes" | "No"): DetectionResult {
  if (typeof submission !== "string") return { "Detection Accuracy": "Invalid Format" };
  return { "Detection Accuracy": isSame(submission, expected) ? "Correct" : "Incorrect" };
}

/** The members and the length of a submission, as Python sees them. */
function membersOf(submission: Submission): { members: readonly PythonValue[]; length: number } {
  if (typeof submission === "string") return { members: [...submission], length: [...submission].length };
  if (Array.isArray(submission)) return { members: submission, length: submission.length };
  if (typeof submission === "object" && submission !== null) {
    const keys = Object.keys(submission);
    return { members: keys, length: keys.length };
  }
  return { members: [], length: 0 };
}

/**
 * Localization: one service is at fault. A list with it among n names earns 100/n percent, and is a success if it names
 * nothing else. Names are compared to the letter: another case or the suffix of a pod is wrong. A bare text equal to
 * the name is right but no subset: so upstream's comparisons turn out. Upstream fails on a number; here it is wrong.
 *
 * @param accepted names of the one service, the likelier first.
 */
export function scoreLocalization(submission: Submission, accepted: readonly string[]): LocalizationResult {
  const { members, length } = membersOf(submission);
  const isExact = typeof submission === "string" && accepted.includes(submission);
  const isSubset = accepted.some((name) => members.includes(name));
  return {
    "Localization Accuracy": isExact ? 100 : isSubset ? (1 / length) * 100 : 0,
    success: isExact || (isSubset && length === 1),
    is_subset: isSubset,
  };
}

/** Analysis: each label equal in any case. Anything but a dict is wrong in both. */
export function scoreAnalysis(submission: Submission, labels: AnalysisLabels): AnalysisResult {
  const given = typeof submission === "object" && submission !== null && !Array.isArray(submission) ? submission : {};
  const isRight = (key: keyof AnalysisLabels): boolean => {
    const value = given[key];
    return typeof value === "string" && isSame(value, labels[key]);
  };
  const [level, type] = [isRight("system_level"), isRight("fault_type")];
  return { system_level_correct: level, fault_type_correct: type, success: level && type };
}

const NO_LABELS: AnalysisResult = { system_level_correct: false, fault_type_correct: false, success: false };

/**
 * Scores a submission. Without a known truth, only a submission in no valid form can be scored: it is wrong whatever
 * the truth is.
 *
 * @returns null if the truth is needed and not known. Mitigation is null, too: the state of the cluster decides it.
 */
export function scoreAnswer(submission: Submission, truth: Truth): AnswerResult | null {
  switch (truth.task) {
    case "detection":
      if (truth.expected !== null) return scoreDetection(submission, truth.expected);
      return typeof submission === "string" ? null : { "Detection Accuracy": "Invalid Format" };
    case "localization":
      if (truth.accepted !== null) return scoreLocalization(submission, truth.accepted);
      return membersOf(submission).length === 0 ? scoreLocalization(null, []) : null;
    case "analysis":
      if (truth.labels !== null) return scoreAnalysis(submission, truth.labels);
      return typeof submission === "object" && submission !== null && !Array.isArray(submission) ? null : NO_LABELS;
    case "mitigation":
      return null;
  }
}
