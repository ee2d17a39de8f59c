import { expect, it } from "vitest";
import { scoreItBench } from "../../../src/bench/scorers/itbench.ts";
import { itBenchAnswer } from "../../../src/bench/tasks/itbench-answer.ts";
import type { Report } from "../../../src/domain/report.ts";
import { provenReport } from "../../render/sample-reports.ts";

const given = (fields: Partial<Report> = {}): Report => provenReport(fields);

it("names the root causes as contributing factors, first, with the text of their evidence", () => {
  const report = given();
  const { entities } = itBenchAnswer(report);
  const names = report.root_causes.map(({ entity }) => entity);
  expect(names.length).toBeGreaterThan(0);
  expect(entities.filter((one) => one.contributing_factor).map(({ name }) => name)).toEqual(names);
  expect(entities.slice(0, names.length).every((one) => one.contributing_factor && one.evidence !== "")).toBe(true);
  expect(entities).toHaveLength(report.hypotheses.length);
});
it("takes the first hypothesis where no cause is proven, and nobody where nothing is wrong", () => {
  const open = itBenchAnswer(given({ verdict: "inconclusive", root_causes: [] }));
  expect(open.entities.map((one) => one.contributing_factor).indexOf(true)).toBe(0);
  expect(open.entities.filter((one) => one.contributing_factor)).toHaveLength(1);
  const quiet = itBenchAnswer(given({ verdict: "no_incident", root_causes: [] }));
  expect(quiet.entities.some((one) => one.contributing_factor)).toBe(false);
});
it("can be scored as it is", () => {
  const report = given();
  const [root = ""] = report.root_causes.map(({ entity }) => entity);
  const score = scoreItBench(itBenchAnswer(report), { entities: [{ names: [root], isRootCause: true }], edges: [] });
  expect(score.rootCause.recall).toBe(1);
});
