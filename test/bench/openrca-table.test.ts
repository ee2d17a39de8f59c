import { expect, it } from "vitest";
import { Oracle, Prediction } from "../../src/bench/formats.ts";
import { openRcaAnswer, openRcaLines, openRcaTable } from "../../src/bench/openrca-table.ts";
import { readScoringPoints } from "../../src/bench/scorers/openrca.ts";

const POINTS = `The only root cause occurrence time is within 1 minutes (i.e., <=1min) of 2021-03-04 18:00:00
The only predicted root cause component is db_1
The only predicted root cause reason is high CPU usage`;
const TWO = `The 1-th predicted root cause component is a
The 2-th predicted root cause component is b`;

const oracle = (id: string, notes: object) => Oracle.parse({ id, entities: [["db_1"]], notes });
const prediction = (id: string, ranking: [string, string?][], onset: string | null = null) =>
  Prediction.parse({
    id,
    verdict: "root_cause",
    onset,
    ranking: ranking.map(([entity, cause]) => ({ entity, cause })),
  });

it("reads what a query asks for, and what is right", () => {
  expect(readScoringPoints(POINTS)).toEqual([
    { component: "db_1", reason: "high CPU usage", time: "2021-03-04 18:00:00" },
  ]);
  expect(readScoringPoints(TWO)).toEqual([
    { component: "a", reason: null, time: null },
    { component: "b", reason: null, time: null },
  ]);
  expect(readScoringPoints("")).toEqual([]);
});
it("answers with as many of the ranking as there are failures, at the onset in UTC+8", () => {
  const given = prediction("a", [["x", "cpu"], ["y"], ["z"]], "2021-03-04T10:00:00Z");
  expect(openRcaAnswer(given, 2)).toEqual([
    { component: "x", reason: "cpu", time: "2021-03-04 18:00:00" },
    { component: "y", reason: null, time: "2021-03-04 18:00:00" },
  ]);
});
it("scores the cases that have points, and counts a missing prediction as wrong", () => {
  const oracles = [
    oracle("a", { scoringPoints: POINTS }),
    oracle("b", { scoringPoints: TWO }),
    oracle("c", { scoringPoints: POINTS }),
    oracle("d", {}),
  ];
  const predictions = [
    prediction("a", [["db_1", "high CPU usage"]], "2021-03-04T10:00:40Z"),
    prediction("b", [["b"], ["x"]]),
    prediction("d", [["db_1"]]),
  ];
  const table = openRcaTable(oracles, new Map(predictions.map((one) => [one.id, one])));
  expect(table).toMatchObject({ correct: { value: expect.closeTo(1 / 3, 12), n: 3 }, partial: 0.5 });
  expect(openRcaLines(table)).toEqual([expect.stringMatching(/^OpenRCA: correct 0\.333 \[.*\], n=3; .* 0\.500$/)]);
});
it("is silent about a suite without points", () => {
  expect(openRcaTable([oracle("d", {})], new Map())).toBeNull();
  expect(openRcaLines(null)).toEqual([]);
});
