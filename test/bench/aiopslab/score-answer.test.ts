import { describe, expect, it } from "vitest";
import {
  scoreAnalysis,
  scoreAnswer,
  scoreDetection,
  scoreLocalization,
  submissionOf,
  type Submission,
} from "../../../src/bench/aiopslab/score-answer.ts";

const fenced = (code: string): string => `\`\`\`\n${code}\n\`\`\``;

describe("the submission", () => {
  it.each<[string, string[], Submission]>([
    ["is null without a message", [], null],
    ["is the one argument", ['submit("Yes")'], "Yes"],
    ["is a list of several arguments", ['submit("a", "b")'], ["a", "b"]],
    ["is an empty list without an argument", ["submit()"], []],
    ["loses named arguments", ['submit(solution=["a"])'], []],
    ["is the last one", ["submit()", 'submit("None")'], "None"],
    ["is not a call of another name", ['get_logs("shop", "geo")'], null],
  ])("%s", (_, codes, expected) => {
    expect(submissionOf(codes.map(fenced))).toEqual(expected);
  });
  it("passes over a message that the orchestrator could not parse", () => {
    expect(submissionOf([fenced('submit("Yes")'), '``submit("No")```'])).toBe("Yes");
  });
});

describe("detection", () => {
  it.each<[Submission, "Yes" | "No", string]>([
    ["Yes", "Yes", "Correct"],
    [" yes\n", "Yes", "Correct"],
    ["YES", "Yes", "Correct"],
    ["No", "Yes", "Incorrect"],
    ["No", "No", "Correct"],
    ["Yes.", "Yes", "Incorrect"],
    ["", "Yes", "Incorrect"],
    [null, "Yes", "Invalid Format"],
    [[], "Yes", "Invalid Format"],
    [["Yes"], "Yes", "Invalid Format"],
    [true, "Yes", "Invalid Format"],
    [{ answer: "Yes" }, "Yes", "Invalid Format"],
  ])("of %j where %s is expected is %s", (submission, expected, accuracy) => {
    expect(scoreDetection(submission, expected)).toEqual({ "Detection Accuracy": accuracy });
  });
});

describe("localization, where geo is at fault", () => {
  it.each<[Submission, number, boolean, boolean]>([
    [["geo"], 100, true, true],
    [["geo", "rate"], 50, false, true],
    [["rate", "geo"], 50, false, true],
    [["a", "b", "geo"], (1 / 3) * 100, false, true],
    [["geo", "geo"], 50, false, true],
    [["Geo"], 0, false, false],
    [[" geo"], 0, false, false],
    [["geo-554db5c4bf-j4pvv"], 0, false, false],
    [["mongodb-geo"], 0, false, false],
    [[], 0, false, false],
    [null, 0, false, false],
    ["geo", 100, true, false],
    ["geo, rate", 0, false, false],
    [{ geo: 1 }, 100, true, true],
    [7, 0, false, false],
    [[["geo"]], 0, false, false],
  ])("%j scores %d %%, success %s, subset %s", (submission, accuracy, success, subset) => {
    expect(scoreLocalization(submission, ["geo"])).toEqual({
      "Localization Accuracy": accuracy,
      success,
      is_subset: subset,
    });
  });
  it.each<[Submission, number, boolean]>([
    [["geo"], 100, true],
    [["mongodb-geo"], 100, true],
    [["geo", "mongodb-geo"], 50, false],
  ])("with two accepted names %j scores %d %%", (submission, accuracy, success) => {
    expect(scoreLocalization(submission, ["mongodb-geo", "geo"])).toMatchObject({
      "Localization Accuracy": accuracy,
      success,
    });
  });
});

describe("analysis, of an application's misconfiguration", () => {
  const labels = { system_level: "Application", fault_type: "Misconfiguration" } as const;
  it.each<[Submission, boolean, boolean]>([
    [{ system_level: "Application", fault_type: "Misconfiguration" }, true, true],
    [{ system_level: " application ", fault_type: "MISCONFIGURATION" }, true, true],
    [{ system_level: "Application", fault_type: "Code Defect" }, true, false],
    [{ system_level: "Virtualization", fault_type: "Misconfiguration" }, false, true],
    [{ fault_type: "Misconfiguration" }, false, true],
    [{ system_level: null, fault_type: ["Misconfiguration"] }, false, false],
    [{}, false, false],
    [[], false, false],
    ["None", false, false],
    [null, false, false],
  ])("%j: level %s, type %s", (submission, level, type) => {
    expect(scoreAnalysis(submission, labels)).toEqual({
      system_level_correct: level,
      fault_type_correct: type,
      success: level && type,
    });
  });
});

describe("a problem without a known answer", () => {
  it.each<[string, Submission, object | null]>([
    ["detection", null, { "Detection Accuracy": "Invalid Format" }],
    ["detection", "Yes", null],
    ["localization", [], { "Localization Accuracy": 0, success: false, is_subset: false }],
    ["localization", ["geo"], null],
    ["analysis", "None", { system_level_correct: false, fault_type_correct: false, success: false }],
    ["analysis", { system_level: "Application" }, null],
  ])("of %s scores %j only if no answer could make it right", (task, submission, expected) => {
    const truths = {
      detection: { task: "detection", expected: null },
      localization: { task: "localization", accepted: null },
      analysis: { task: "analysis", labels: null },
    } as const;
    expect(scoreAnswer(submission, truths[task as keyof typeof truths])).toEqual(expected);
  });
});
