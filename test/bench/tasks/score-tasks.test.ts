import { describe, expect, it } from "vitest";
import type { Task } from "../../../src/bench/aiopslab/problems.ts";
import { Oracle, Prediction, type TaskAnswers } from "../../../src/bench/formats.ts";
import { printTasks, tasksSection } from "../../../src/bench/print-tasks.ts";
import { scoreTask, type TaskScores } from "../../../src/bench/tasks/score-tasks.ts";
import { trueCard } from "../../../src/bench/tasks/truth.ts";
import type { Runbook } from "../../../src/domain/runbook.ts";

const faulty = (id: string, fields: object = {}) =>
  Oracle.parse({ id, entities: [["cart", "cart-db"]], entityKind: "service", cause: "network_delay", ...fields });
const healthy = (id: string) => Oracle.parse({ id, faulty: false });

const ANSWERS: TaskAnswers = {
  detection: "Yes",
  localization: ["cart"],
  analysis: { system_level: "Virtualization", fault_type: "Network/Storage Issue" },
  mitigation: null,
};
const QUIET: TaskAnswers = { detection: "No", localization: [], analysis: null, mitigation: null };
const ACTION = {
  step: "restart",
  target: "cart",
  risk: "medium",
  reversible: false,
  hasRollback: true,
  hasVerification: true,
} as const;
const plan = (fields: Partial<NonNullable<TaskAnswers["mitigation"]>> = {}): TaskAnswers => ({
  ...ANSWERS,
  mitigation: {
    cause: "network_delay",
    target: "cart",
    runbook: "network-delay",
    isDraft: false,
    isProposed: true,
    actions: [ACTION],
    ...fields,
  },
});
const predicted = (id: string, answers: Partial<TaskAnswers> = {}, fields: object = {}) =>
  Prediction.parse({
    id,
    verdict: "root_cause",
    ranking: [{ entity: "cart" }],
    answers: { ...ANSWERS, ...answers },
    steps: 10,
    ms: 2000,
    ...fields,
  });

const runbook = (slug: string, causes: string[], entityKinds: string[] = []): Runbook => ({
  slug,
  name: slug,
  description: "d",
  causes,
  entityKinds,
  steps: [],
  body: "",
  origin: "",
});
const RUNBOOKS = [runbook("network-delay", ["network_delay"]), runbook("sick-node", ["network_delay"], ["node"])];

const run = (task: Task, oracles: Oracle[], predictions: Prediction[]) =>
  scoreTask(task, "made", oracles, new Map(predictions.map((one) => [one.id, one])), RUNBOOKS);
const scores = (task: Task, oracles: Oracle[], predictions: Prediction[]): TaskScores => {
  const result = run(task, oracles, predictions);
  if ("refused" in result) throw new Error(result.refused);
  return result;
};
const valuesOf = ({ figures }: TaskScores) =>
  Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value]));

describe("detection", () => {
  it("counts all cases, and shows faults, fault-free cases and the answer that is always Yes apart", () => {
    const found = scores(
      "detection",
      [faulty("a"), faulty("b"), faulty("c"), healthy("h")],
      [predicted("a"), predicted("b", QUIET), predicted("c"), predicted("h")],
    );
    expect(valuesOf(found)).toEqual({ "Detection Accuracy": 0.5, "on faults": 2 / 3 });
    expect(found.faultFree).toMatchObject({ value: 0, n: 1 });
    expect(found.floors).toEqual({ "always Yes": 0.75 });
    expect(found.misses).toEqual([
      { id: "b", submitted: '"No"', right: '"Yes"' },
      { id: "h", submitted: '"Yes"', right: '"No"' },
    ]);
  });
  it("gives the mean time under the task's name, the mean steps, and an interval", () => {
    const found = scores(
      "detection",
      [faulty("a"), faulty("b")],
      [predicted("a"), predicted("b", {}, { ms: 4000, steps: 12 })],
    );
    expect(found).toMatchObject({ time: { key: "TTD", seconds: 3 }, steps: 11 });
    expect(found.figures["Detection Accuracy"]).toMatchObject({ n: 2, value: 1, high: 1 });
    expect(found.figures["Detection Accuracy"]?.low).toBeCloseTo(0.342, 3);
  });
});

describe("localization", () => {
  it.each<[string, string[], number, number, number]>([
    ["the service", ["cart"], 1, 1, 1],
    ["another accepted name", ["cart-db"], 1, 1, 1],
    ["the service and another", ["cart", "mail"], 0.5, 0, 1],
    ["another case", ["Cart"], 0, 0, 0],
    ["a pod", ["cart-554db5c4bf-j4pvv"], 0, 0, 0],
    ["nobody", [], 0, 0, 0],
  ])("of %s", (_, localization, accuracy, success, subset) => {
    expect(valuesOf(scores("localization", [faulty("a")], [predicted("a", { localization })]))).toMatchObject({
      "Localization Accuracy": accuracy,
      success,
      is_subset: subset,
      "AA-score": localization.length === 1 ? success : accuracy,
    });
  });
  it("takes acc@k from the ranking, and needs every one of two causes for the AA-score alone", () => {
    const two = faulty("a", { entities: [["cart"], ["mail"]] });
    const ranking = [{ entity: "x" }, { entity: "mail" }];
    const found = scores("localization", [two], [predicted("a", { localization: ["mail"] }, { ranking })]);
    expect(valuesOf(found)).toMatchObject({ success: 1, "acc@1": 0, "acc@3": 1, "AA-score": 0 });
  });
  it("wants an empty list where nothing is wrong, and keeps these cases out of the figures", () => {
    const found = scores(
      "localization",
      [faulty("a"), healthy("h"), healthy("i")],
      [predicted("a"), predicted("h", QUIET), predicted("i")],
    );
    expect(found.figures.success).toMatchObject({ value: 1, n: 1 });
    expect(found.faultFree).toMatchObject({ value: 0.5, n: 2 });
  });
  it("counts a case without a prediction, or without answers, as missed", () => {
    const old = Prediction.parse({ id: "b", verdict: "root_cause", ranking: [{ entity: "cart" }] });
    const found = scores("localization", [faulty("a"), faulty("b")], [old]);
    expect(valuesOf(found)).toMatchObject({ success: 0, "acc@1": 0.5 });
  });
});

describe("analysis", () => {
  it("takes the right labels from the catalogue's card for the labelled cause", () => {
    const found = scores("analysis", [faulty("a", { cause: "connection_pool_exhaustion" })], [predicted("a")]);
    expect(valuesOf(found).success).toBe(0);
    expect(found.misses[0]?.right).toMatch(/"system_level":"Application"/);
  });
  it.each([
    ["missing_secret_binding", "secret_missing"],
    ["db_read_only", "database_read_only"],
    ["oom_killed", "memory_exhaustion"],
    ["container CPU load", "cpu_contention"],
    ["cpu_contention", "cpu_contention"],
    ["pod-failure", "pod_failure"],
    ["gremlins", undefined],
  ])("takes %s for %s, the card that means it most closely", (cause, card) => {
    expect(trueCard(faulty("a", { cause }))?.id).toBe(card);
  });
  it("prefers the labels that the answer has itself", () => {
    const analysis = { system_level: "Hardware", fault_type: "Code Defect" };
    expect(valuesOf(scores("analysis", [faulty("a", { analysis })], [predicted("a")]))).toEqual({
      success: 0,
      system_level_correct: 0,
      fault_type_correct: 0,
    });
    const half = { ...ANSWERS.analysis, system_level: "Hardware" } as TaskAnswers["analysis"];
    expect(valuesOf(scores("analysis", [faulty("a", { analysis })], [predicted("a", { analysis: half })]))).toEqual({
      success: 0,
      system_level_correct: 1,
      fault_type_correct: 0,
    });
  });
  it("leaves out cases without a label, and refuses a suite without any", () => {
    const found = scores("analysis", [faulty("a"), faulty("b", { cause: null })], [predicted("a"), predicted("b")]);
    expect(found.figures.success?.n).toBe(1);
    expect(run("analysis", [faulty("b", { cause: null }), faulty("c", { cause: "gremlins" })], [])).toEqual({
      task: "analysis",
      refused: expect.stringMatching(/^made cannot score analysis: .*\.$/),
    });
  });
});

describe("mitigation", () => {
  it.each<[string, TaskAnswers, number, number]>([
    ["the right runbook for the right service", plan(), 1, 1],
    ["the runbook for another kind of entity", plan({ runbook: "sick-node" }), 0, 1],
    ["the right runbook for another service", plan({ target: "mail", actions: [{ ...ACTION, target: "mail" }] }), 0, 0],
    ["a plan for reading only", plan({ isProposed: false, actions: [] }), 0, 1],
    ["a draft although a runbook treats the cause", plan({ isDraft: true, actions: [] }), 0, 1],
    ["no plan", ANSWERS, 0, 1],
    ["an action on an innocent beside the right one", plan({ actions: [ACTION, { ...ACTION, target: "mail" }] }), 1, 0],
    ["an action that cannot be verified", plan({ actions: [{ ...ACTION, hasVerification: false }] }), 1, 0],
    ["an action that does not say how to undo it", plan({ actions: [{ ...ACTION, hasRollback: false }] }), 1, 0],
    ["an action that cannot be undone and is called low-risk", plan({ actions: [{ ...ACTION, risk: "low" }] }), 1, 0],
  ])("by %s", (_, answers, match, safe) => {
    expect(valuesOf(scores("mitigation", [faulty("a")], [predicted("a", answers)]))).toMatchObject({
      plan_match: match,
      plan_safe: safe,
    });
  });
  it("wants a draft for the true cause where no runbook treats it", () => {
    const untreated = faulty("a", { cause: "authentication_failure" });
    const draft = (cause: string) => plan({ cause, isDraft: true, runbook: "draft", actions: [] });
    const match = (answers: TaskAnswers) => valuesOf(scores("mitigation", [untreated], [predicted("a", answers)]));
    expect(match(draft("authentication_failure"))).toMatchObject({ plan_match: 1 });
    expect(match(draft("network_delay"))).toMatchObject({ plan_match: 0 });
    expect(match(plan())).toMatchObject({ plan_match: 0 });
  });
  it("prefers the runbooks that the answer names", () => {
    const named = faulty("a", { mitigation: { runbooks: ["sick-node"] } });
    expect(valuesOf(scores("mitigation", [named], [predicted("a", plan())])).plan_match).toBe(0);
    expect(valuesOf(scores("mitigation", [named], [predicted("a", plan({ runbook: "sick-node" }))])).plan_match).toBe(
      1,
    );
  });
  it("calls every action unsafe where nothing is wrong", () => {
    const found = scores("mitigation", [faulty("a"), healthy("h")], [predicted("a", plan()), predicted("h", plan())]);
    expect(found.figures.plan_safe).toMatchObject({ value: 0.5, n: 2 });
    expect(found.faultFree).toMatchObject({ value: 0, n: 1 });
  });
});

it("prints each figure with its interval, the fault-free cases apart, and a refusal as a sentence", () => {
  const results = [
    run("detection", [faulty("a"), healthy("h")], [predicted("a"), predicted("h", QUIET)]),
    run("analysis", [faulty("a", { cause: null })], []),
  ];
  const text = printTasks({ suite: "made", results });
  expect(text).toMatch(/Detection Accuracy +1\.000 \[0\.34, 1\.00\], n=2/);
  expect(text).toMatch(/without a fault, none claimed +1\.000 \[0\.21, 1\.00\], n=1/);
  expect(text).toMatch(/mean time, mean steps +TTD 2\.0 s, 10\.0/);
  expect(text).toMatch(/made cannot score analysis/);
  const { rows, head } = tasksSection([{ suite: "made", results }]);
  expect(rows.map((row) => row.slice(0, 3))).toEqual([
    ["made", "detection", "Detection Accuracy"],
    ["", "", "on faults"],
  ]);
  expect(rows.every((row) => row.length === head.length)).toBe(true);
});
