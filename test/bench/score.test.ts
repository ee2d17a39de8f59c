import { expect, it } from "vitest";
import { Oracle, Prediction } from "../../src/bench/formats.ts";
import { printScores } from "../../src/bench/print-scores.ts";
import { parsePredictions } from "../../src/bench/read-files.ts";
import { score } from "../../src/bench/score.ts";

const oracle = (id: string, fields: object = {}) =>
  Oracle.parse({ id, faulty: true, entities: [["stock"]], entityKind: "service", cause: "cpu", ...fields });
const places = (...ranking: [entity: string, cause?: string, confidence?: number][]) =>
  ranking.map(([entity, cause, confidence]) => ({ entity, cause, confidence }));
const prediction = (id: string, ranking: ReturnType<typeof places>, fields: object = {}) =>
  Prediction.parse({ id, verdict: "root_cause", ranking, ...fields });
const scored = (oracles: Oracle[], predictions: Prediction[]) =>
  score(oracles, new Map(predictions.map((one) => [one.id, one])));

it("counts a root cause from its place on", () => {
  const { overall } = scored([oracle("a")], [prediction("a", places(["mail"], ["stock"]))]);
  expect(overall["AC@1"].value).toBe(0);
  expect(overall["AC@3"].value).toBe(1);
  expect(overall["Avg@5"].value).toBe(0.8);
});
it("accepts any name that the answer lists for a root cause, and requires every root cause", () => {
  const two = oracle("a", { entities: [["stock", "stock-db"], ["mail"]] });
  expect(scored([two], [prediction("a", places(["stock-db"], ["mail"]))]).overall["AC@3"].value).toBe(1);
  expect(scored([two], [prediction("a", places(["stock-db"], ["x"]))]).overall["AC@3"].value).toBe(0.5);
});
it("requires entity and cause in the same place", () => {
  const { overall } = scored([oracle("a")], [prediction("a", places(["stock", "memory"], ["mail", "cpu"]))]);
  expect(overall["A@3"].value).toBe(0);
  expect(overall["cause@1"].value).toBe(0);
});
it("leaves cases without a labelled cause out of A@k", () => {
  expect(scored([oracle("a", { cause: null })], [prediction("a", places(["stock"]))]).overall["A@1"]).toMatchObject({
    value: null,
    n: 0,
  });
});
it("counts a case without a prediction as wrong and not covered", () => {
  const scores = scored([oracle("a"), oracle("b")], [prediction("a", places(["stock", "cpu", 0.9]))]);
  expect(scores).toMatchObject({ withoutPrediction: 1, missed: [{ id: "b", rank: null, verdict: "no prediction" }] });
  expect(scores.overall).toMatchObject({ "AC@1": { value: 0.5 }, coverage: { value: 0.5 }, answered: { value: 1 } });
});
it("keeps cases without a fault apart, and counts the quiet verdicts", () => {
  const healthy = oracle("h", { faulty: false, entities: [] });
  const scores = scored(
    [oracle("a"), healthy],
    [prediction("a", places(["stock"])), prediction("h", places(), { verdict: "no_incident" })],
  );
  expect(scores).toMatchObject({ cases: 1, faultFreeLeftOut: 1, faultFree: { value: 1, n: 1 } });
});
it("reads null as the claim that no change is to blame, and a missing value as wrong", () => {
  const none = oracle("a", { notes: { culpritCommit: null } });
  expect(scored([none], [prediction("a", places(["stock"]), { change: null })]).overall["change@1"].value).toBe(1);
  expect(scored([none], [prediction("a", places(["stock"]))]).overall["change@1"].value).toBe(0);
});
it("measures the onset error in seconds, in both directions", () => {
  const fields = oracle("a", { onset: "2026-03-01T10:00:00Z" });
  expect(
    scored([fields], [prediction("a", places(["stock"]), { onset: "2026-03-01T09:59:30Z" })]).overall.onset,
  ).toEqual({ median: 30, p90: 30, n: 1 });
});
it("splits the table", () => {
  const oracles = [oracle("a", { category: "net" }), oracle("b", { category: "cpu" })];
  const { groups } = score(oracles, new Map([["a", prediction("a", places(["stock"]))]]), "category");
  expect(Object.entries(groups?.tables ?? {}).map(([key, table]) => [key, table["AC@1"].value])).toEqual([
    ["cpu", 0],
    ["net", 1],
  ]);
});
it("prints the figures and the misses", () => {
  const text = printScores(
    scored(
      [oracle("a"), oracle("b")],
      [prediction("a", places(["stock"])), prediction("b", places(["mail"], ["stock"]))],
    ),
  );
  expect(text).toMatch(/AC@1\s+0\.500\s+n=2\s+\[0\.095, 0\.905\]/);
  expect(text).toContain("b  expected stock (rank 2), first was mail, root_cause");
});

it("names each bad line of a predictions file", () => {
  const line = (one: object) => JSON.stringify(one);
  const text = [
    "{",
    line({ id: "a", verdict: "maybe", ranking: [] }),
    line({ id: "z", verdict: "recovered", ranking: [] }),
    "",
    line({ id: "a", verdict: "recovered", ranking: [] }),
    line({ id: "a", verdict: "recovered", ranking: [] }),
  ].join("\n");
  const { predictions, errors } = parsePredictions(text, new Set(["a"]));
  expect([...predictions.keys()]).toEqual(["a"]);
  expect(errors).toEqual([
    expect.stringMatching(/^line 1: not JSON/),
    expect.stringMatching(/^line 2: verdict: /),
    'line 3: id "z" is not in the suite',
    'line 6: id "a" appears twice',
  ]);
});
it("refuses a ranking of more than ten places, and a confidence that is not a probability", () => {
  const text = [
    { id: "a", verdict: "recovered", ranking: Array.from({ length: 11 }, () => ({ entity: "x" })) },
    { id: "b", verdict: "recovered", ranking: [{ entity: "x", confidence: 1.2 }] },
  ]
    .map((one) => JSON.stringify(one))
    .join("\n");
  expect(parsePredictions(text, new Set(["a", "b"])).errors).toHaveLength(2);
});
