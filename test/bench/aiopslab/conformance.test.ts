import { expect, it } from "vitest";
import { checkConformance, printConformance, RecordedScore } from "../../../src/bench/aiopslab/conformance.ts";
import { ProblemRegistry, type Rules } from "../../../src/bench/aiopslab/problems.ts";

const registry = ProblemRegistry.parse({
  source: "made@1",
  problems: [
    { id: "off-detection-1", family: "off", task: "detection", expected: "Yes" },
    { id: "off-localization", family: "off", task: "localization", expected: ["store-db"], also_accepted: ["store"] },
    {
      id: "auth_miss_mongodb-analysis-1",
      family: "auth_miss_mongodb",
      task: "analysis",
      expected: { system_level: "Application", fault_type: "Misconfiguration" },
    },
    { id: "off-mitigation-1", family: "off", task: "mitigation", check: "pods healthy" },
  ],
});
const item = (problem: string, code: string | null, recorded: object) =>
  RecordedScore.parse({
    session: "s",
    problem,
    assistantMessages: 4,
    submitMessages: code === null ? [] : [`\`\`\`\n${code}\n\`\`\``],
    recorded: { steps: 4, ...recorded },
  });
const check = (one: RecordedScore, rules: Rules = "2025-11") => checkConformance([one], registry, rules);

const HIT = { "Localization Accuracy": 100, success: true, is_subset: true };
const MISS = { "Localization Accuracy": 0, success: false, is_subset: false };

it("agrees where every key is the same", () => {
  expect(check(item("off-detection-1", 'submit("Yes")', { "Detection Accuracy": "Correct" })).agree).toBe(1);
  expect(check(item("off-detection-1", null, { "Detection Accuracy": "Invalid Format" })).agree).toBe(1);
});
it("prints both values of a key that differs, and last how many agree", () => {
  const run = check(item("off-detection-1", 'submit("Yes")', { "Detection Accuracy": "Incorrect", steps: 5 }));
  expect(printConformance(run).split("\n").slice(1)).toEqual([
    "s off-detection-1: steps: recorded 5, here 4",
    's off-detection-1: Detection Accuracy: recorded "Incorrect", here "Correct"',
    "0 of 1 agree",
  ]);
});
it("disagrees about a key that only one side has", () => {
  const run = check(item("off-detection-1", 'submit("Yes")', { success: true }));
  expect(run.items[0]?.disagreements).toEqual([
    { key: "success", recorded: true, here: undefined },
    { key: "Detection Accuracy", recorded: undefined, here: "Correct" },
  ]);
});
it("accepts the service of a database by the later rules alone", () => {
  expect(check(item("off-localization", 'submit(["store"])', HIT), "2025-11").agree).toBe(1);
  expect(check(item("off-localization", 'submit(["store"])', MISS), "2025-09").agree).toBe(1);
});
it("takes the label that moved as it was on the date", () => {
  const answer = 'submit({"system_level": "Application", "fault_type": "Misconfiguration"})';
  const right = { system_level_correct: true, fault_type_correct: true, success: true };
  expect(check(item("auth_miss_mongodb-analysis-1", answer, right), "2025-11").agree).toBe(1);
  const before = { system_level_correct: false, fault_type_correct: true, success: false };
  expect(check(item("auth_miss_mongodb-analysis-1", answer, before), "2025-09").agree).toBe(1);
});
it("compares the steps of a mitigation alone, and says so", () => {
  const run = check(item("off-mitigation-1", "submit()", { success: false, TTM: 12.5 }));
  expect(printConformance(run)).toMatch(/success of 1 items is not compared: .* state of the cluster/);
  expect(run.agree).toBe(1);
  expect(check(item("off-mitigation-1", "submit()", { success: false, steps: 9 })).agree).toBe(0);
});
it("scores a variant that the registry has without a number", () => {
  expect(check(item("off-localization-1", 'submit(["store-db"])', HIT)).agree).toBe(1);
});
it("says what it cannot score, and does not count it as agreed", () => {
  const unknown = check(item("new-localization-1", 'submit(["store"])', HIT));
  expect(printConformance(unknown)).toMatch(/not scored, because the registry has no answer/);
  expect(unknown.agree).toBe(0);
  expect(check(item("new-thing-1", "submit()", {})).items[0]?.unscored).toMatch(/neither the registry nor the id/);
  expect(check(item("new-localization-1", "submit([])", MISS)).agree).toBe(1);
});
