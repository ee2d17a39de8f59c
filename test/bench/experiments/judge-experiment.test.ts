import { expect, it } from "vitest";
import { type ExperimentCase, judgeExperiment } from "../../../src/bench/experiments/judge-experiment.ts";
import { ExperimentPlan } from "../../../src/bench/experiments/plan.ts";
import { experimentPage } from "../../../src/bench/experiments/print-experiment.ts";
import { Oracle, type Prediction } from "../../../src/bench/formats.ts";

const planWith = (changed: object = {}): ExperimentPlan =>
  ExperimentPlan.parse({
    name: "small-model",
    suites: ["s"],
    a: {},
    b: { llm: false },
    assignment: { kind: "paired", seed: 1 },
    primary: { metric: "AC@1", effect: 0.2, discordant: 0.3 },
    ...changed,
  });

const prediction = (id: string, isRight: boolean, more: Partial<Prediction> = {}): Prediction => ({
  id,
  verdict: "root_cause",
  ranking: [{ entity: isRight ? "stock" : "mail", confidence: 0.9 }],
  ms: 1000,
  ...more,
});

/** So many cases, with what each arm gets right. */
const casesOf = (
  count: number,
  rightOf: (at: number) => readonly [a: boolean, b: boolean],
  more: { a?: Partial<Prediction>; b?: Partial<Prediction> } = {},
): ExperimentCase[] =>
  Array.from({ length: count }, (_, at) => {
    const id = `case-${at}`;
    const [a, b] = rightOf(at);
    return {
      suite: "s",
      oracle: Oracle.parse({ id, entities: [["stock"]], category: at % 2 === 0 ? "memory" : "network" }),
      a: prediction(id, a, { system: "shop", ...more.a }),
      b: prediction(id, b, { system: "shop", ...more.b }),
    };
  });

it("calls b better when the exact test says so", () => {
  const { verdict, primary, why } = judgeExperiment(
    planWith(),
    casesOf(60, (at) => [at % 3 !== 0, true]),
  );
  expect(verdict).toBe("better");
  expect(primary).toMatchObject({ n: 60, discordant: 20, test: "McNemar, exact", interval: "BCa" });
  expect(primary?.difference).toBeCloseTo(1 / 3, 9);
  expect(primary?.p).toBeCloseTo(2 / 2 ** 20, 9);
  expect(why).toContain("p below 0.001");
});

it("calls b worse when the exact test says so", () => {
  expect(
    judgeExperiment(
      planWith(),
      casesOf(60, (at) => [true, at % 3 !== 0]),
    ).verdict,
  ).toBe("worse");
});

it("shows no difference on few cases, and says what they could have shown", () => {
  const { verdict, primary, power } = judgeExperiment(
    planWith(),
    casesOf(12, (at) => [at !== 0, true]),
  );
  expect(verdict).toBe("no difference shown");
  expect(primary).toMatchObject({ interval: "Tango", p: 1 });
  expect(power.value).toBeLessThan(0.5);
});

const SLOWER = { guardrails: [{ metric: "latency", margin: 0.2 }] };

it("breaks a guardrail that is worse by more than its margin, although b is right more often", () => {
  const { verdict, guardrails } = judgeExperiment(
    planWith(SLOWER),
    casesOf(60, (at) => [at % 3 !== 0, true], { b: { ms: 1500 } }),
  );
  expect(verdict).toBe("guardrail broken");
  expect(guardrails).toMatchObject([{ metric: "latency", state: "broken" }]);
});

it("holds a guardrail within its margin", () => {
  const { verdict, guardrails } = judgeExperiment(
    planWith(SLOWER),
    casesOf(60, (at) => [at % 3 !== 0, true], { b: { ms: 1100 } }),
  );
  expect(verdict).toBe("better");
  expect(guardrails).toMatchObject([{ state: "held" }]);
});

it("says when the cases do not settle a guardrail, and when it has no values", () => {
  const plan = planWith({
    guardrails: [
      { metric: "no-incident-on-fault", margin: 0.01 },
      { metric: "false-alarm", margin: 0.01 },
    ],
  });
  const { verdict, why, guardrails } = judgeExperiment(
    plan,
    casesOf(30, (at) => [at % 2 === 0, true]),
  );
  expect(verdict).toBe("better");
  expect(guardrails.map(({ state }) => state)).toEqual(["not settled", "not measured"]);
  expect(why).toContain("do not settle the guardrails no-incident-on-fault, false-alarm");
});

it("counts a wrong first suspect as wrong and sure only with the verdict root_cause", () => {
  const plan = planWith({ guardrails: [{ metric: "wrong-and-sure", margin: 0 }] });
  const cases = casesOf(40, () => [false, false], { a: { verdict: "inconclusive" } });
  expect(judgeExperiment(plan, cases).guardrails).toMatchObject([{ compared: { a: 0, b: 1 }, state: "broken" }]);
});

it("compares two halves of the cases where each case is in one arm", () => {
  const plan = planWith({
    assignment: { kind: "randomised", seed: 1 },
    primary: { metric: "AC@1", effect: 0.4, base: 0.5 },
  });
  const cases = casesOf(60, (at) => [at % 4 === 0, true]).map((one, at) => ({
    ...one,
    a: at % 2 === 0 ? one.a : undefined,
    b: at % 2 === 0 ? undefined : one.b,
  }));
  const { verdict, primary } = judgeExperiment(plan, cases);
  expect(primary).toMatchObject({ n: 60, a: 0.5, b: 1, test: "permutation" });
  expect(verdict).toBe("better");
});

it("describes the parts of the cases, and writes a page", () => {
  const plan = planWith(SLOWER);
  const judged = judgeExperiment(
    plan,
    casesOf(60, (at) => [at % 3 !== 0, true]),
  );
  expect(judged.strata.map(({ by, name, compared }) => [by, name, compared.n])).toEqual([
    ["fault family", "memory", 30],
    ["fault family", "network", 30],
  ]);
  const page = experimentPage({
    schema: "causeway.experiment-result/1",
    plan,
    sha256: "ab".repeat(32),
    recordedAt: "2026-11-30T00:00:00.000Z",
    program: "0.1.0 x",
    ...judged,
  });
  expect(page).toContain("# small-model: better");
  expect(page).toMatch(/\| AC@1 \| 60 \| 0\.667 \| 1\.000 \| \+0\.333 \|/);
  expect(page).toContain("| fault family memory | 30 |");
});
