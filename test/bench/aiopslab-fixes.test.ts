import { expect, it } from "vitest";
import { REFERENCE_FIXES } from "../../src/bench/mitigation/reference-fixes.ts";
import { fixTable, scoreFixes } from "../../src/bench/mitigation/score-fixes.ts";
import { planMadeUp } from "../../src/compose/plan-made-up.ts";
import { openRunbooks } from "../../src/compose/runbooks.ts";
import { loadConfig } from "../../src/config.ts";
import { causeCard } from "../../src/rca/catalogue.ts";
import { tempDir } from "../compose/recorded-suite.ts";

const shipped = async () =>
  openRunbooks(loadConfig({ home: await tempDir() }, {})).listRunbooks({
    signal: new AbortController().signal,
    onProblem: ({ what }) => {
      throw new Error(what);
    },
  });

it("has a fix for each of the 14 mitigation problems, for a cause and runbooks that exist", async () => {
  expect(new Set(REFERENCE_FIXES.map(({ problem }) => problem)).size).toBe(14);
  const names = new Set((await shipped()).map(({ name }) => name));
  for (const { cause, runbooks } of REFERENCE_FIXES) {
    expect(causeCard(cause)?.id).toBe(cause);
    expect(runbooks.filter((name) => !names.has(name))).toEqual([]);
  }
});

it("proposes the reference's change where a step may do it, and at most a restart for data and credentials", async () => {
  const scores = scoreFixes(await shipped(), planMadeUp);
  expect(scores.filter(({ safe }) => !safe)).toEqual([]);
  const ofOwners = scores.filter(({ doesFix }) => doesFix === null).flatMap(({ steps }) => steps);
  expect(new Set(ofOwners)).toEqual(new Set(["restart"]));
  expect(scores.filter(({ doesFix }) => doesFix === false).map(({ problem }) => problem)).toEqual([
    "astronomy_shop_kafka_queue_problems-mitigation-1", // a flag; the planner takes it for a setting
  ]);
  expect(fixTable(scores)).toContain("plan_match: 13 of 14, 0.93 [0.69, 0.99]");
});

it("matches nothing without runbooks, and does nothing", () => {
  const scores = scoreFixes([], planMadeUp);
  expect(scores.filter(({ match, steps }) => match || steps.length > 0)).toEqual([]);
  expect(fixTable(scores)).toContain("plan_match: 0 of 14");
});

it("counts a runbook for another cause as no match, and its step as no fix", async () => {
  const [wrong] = (await shipped()).filter(({ name }) => name === "scaled-to-zero");
  if (wrong === undefined) throw new Error("the runbook is gone");
  const scores = scoreFixes([{ ...wrong, causes: REFERENCE_FIXES.map(({ cause }) => cause) }], planMadeUp);
  const hits = scores.filter(({ match, doesFix }) => match || doesFix === true).map(({ problem }) => problem);
  expect(hits).toEqual(["scale_pod_zero_social_net-mitigation-1"]);
});
