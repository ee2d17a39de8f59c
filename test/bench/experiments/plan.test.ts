import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { assign } from "../../../src/bench/experiments/assign.ts";
import { ExperimentPlan, planHash, readPlan } from "../../../src/bench/experiments/plan.ts";
import { sampleSize, simulatedPower } from "../../../src/bench/experiments/sample-size.ts";
import { turnsOf } from "../../../src/bench/experiments/run-experiment.ts";
import { tempDir } from "../../compose/recorded-suite.ts";

const PLAN = {
  name: "traces",
  suites: ["fixtures"],
  a: {},
  b: { without: ["traces"] },
  assignment: { kind: "paired" },
  primary: { metric: "AC@1", effect: -0.1, discordant: 0.2 },
  guardrails: [{ metric: "latency", margin: 0.2 }],
};
const paired = ExperimentPlan.parse(PLAN);

async function refusalOf(plan: object): Promise<string> {
  const path = join(await tempDir(), "plan.yaml");
  await writeFile(path, JSON.stringify(plan));
  return readPlan(path).then(
    () => "accepted",
    (error: Error) => error.message,
  );
}

it.each([
  ["a metric that does not exist", { primary: { metric: "vibes", effect: 0.1 } }, /there is no metric "vibes"/],
  ["an unknown key", { winner: "b" }, /winner/],
  ["a share without the cases that differ", { primary: { metric: "AC@1", effect: 0.1 } }, /discordant/],
  ["an effect above those", { primary: { metric: "AC@1", effect: 0.3, discordant: 0.2 } }, /at least the effect/],
  ["an amount without its spread", { primary: { metric: "latency", effect: 0.1 } }, /how much the differences vary/],
  ["a metric named twice", { guardrails: [{ metric: "AC@1", margin: 0 }] }, /named once/],
  ["a secret", { b: { env: { OPENAI_API_KEY: "sk-1" } } }, /no secrets/],
  ["no effect", { primary: { metric: "AC@1", effect: 0, discordant: 0.2 } }, /not 0/],
])("refuses %s", async (_, changed, why) => {
  expect(await refusalOf({ ...PLAN, ...changed })).toMatch(why);
});

it("has one hash for one content, whatever the order of keys", () => {
  const turned = ExperimentPlan.parse(Object.fromEntries(Object.entries(PLAN).toReversed()));
  expect(planHash(turned)).toBe(planHash(paired));
  expect(planHash({ ...paired, alpha: 0.01 })).not.toBe(planHash(paired));
});

it("says how many cases an effect needs", () => {
  const { needed, power } = sampleSize(paired, 6);
  expect(needed).toBeGreaterThan(150); // (1.96 √.2 + .84 √.19)² / .1² = 155 by Connor's formula
  expect(needed).toBeLessThan(180);
  expect(power).toBeLessThan(0.05);
});

it("simulates the power of a randomised experiment", () => {
  // two samples of 40, .5 against .8: z = .3 / √(.5 · .5 / 40 + .8 · .2 / 40) = 2.96, so about .83 to .85
  const power = simulatedPower(0.5, 0.3, 80, 0.05, 1);
  expect(power).toBeGreaterThan(0.72);
  expect(power).toBeLessThan(0.92);
});

it("gives each case to both arms in a random order, or to one of them", () => {
  const ids = Array.from({ length: 40 }, (_, at) => `case-${at}`);
  const both = assign(paired, "s", ids);
  expect(both).toHaveLength(80);
  const first = both.filter((_, at) => at % 2 === 0).map(({ arm }) => arm);
  expect(new Set(first)).toEqual(new Set(["a", "b"]));
  const apart = assign({ assignment: { kind: "randomised", seed: 3 } }, "s", ids);
  expect(apart.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(apart.filter(({ arm }) => arm === "a")).toHaveLength(20);
  expect(assign({ assignment: { kind: "randomised", seed: 3 } }, "s", ids)).toEqual(apart);
});

it("lets the arms take turns, some cases at a time, and loses none", () => {
  const all = assign(paired, "s", ["x", "y", "z"]);
  const turns = turnsOf(all, 2);
  expect(turns.every((turn) => new Set(turn.map(({ arm }) => arm)).size === 1 && turn.length <= 2)).toBe(true);
  expect(turns.flat()).toHaveLength(6);
});
