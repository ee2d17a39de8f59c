import { expect, it } from "vitest";
import { toPrediction } from "../../src/bench/to-prediction.ts";
import type { Predicted } from "../../src/bench/predict/predict.ts";

const ranked = (entity: string, entityKind: string, cause: string, confidence: number) => ({
  entity,
  entityKind,
  cause,
  confidence,
  evidenceText: "",
  votes: {},
});
const predicted = (fields: Partial<Predicted>): Predicted => ({
  id: "c",
  system: null,
  vocabulary: null,
  verdict: "root_cause",
  onset: null,
  hypotheses: [],
  confidenceFeatures: null,
  notChecked: [],
  steps: 3,
  ms: 12.7,
  ...fields,
});

it("limits the ranking to the names of the suite, each at its best place", () => {
  const vocabulary = {
    entityKinds: ["app", "node"],
    entities: ["app/stock", "app/mail"],
    causes: [{ id: "pod_cpu_overload", description: "", target: "app" }],
  };
  const hypotheses = [
    ranked("gateway", "service", "network_delay", 0.5),
    ranked("stock-6d4cf56db6-x2x9k", "pod", "cpu_contention", 0.3),
    ranked("stock", "service", "unknown", 0.1),
    ranked("mail", "service", "disk_full", 0.05),
  ];
  expect(toPrediction({ id: "c", predicted: predicted({ vocabulary, hypotheses }) }).ranking).toEqual([
    { entity: "app/stock", entityKind: "app", cause: "pod_cpu_overload", confidence: 0.3, votes: {} },
    { entity: "app/mail", entityKind: "app", cause: null, confidence: 0.05, votes: {} },
  ]);
});
it("keeps its own names and causes when the suite lists none", () => {
  expect(
    toPrediction({ id: "c", predicted: predicted({ hypotheses: [ranked("stock", "service", "cpu_contention", 0.8)] }) })
      .ranking,
  ).toEqual([{ entity: "stock", entityKind: "service", cause: "cpu_contention", confidence: 0.8, votes: {} }]);
});
it("names the change to blame only when the analysis knows it", () => {
  expect(toPrediction({ id: "c", predicted: predicted({}) })).not.toHaveProperty("change");
  expect(toPrediction({ id: "c", predicted: predicted({ change: null }) })).toMatchObject({ change: null });
});
it("gives an inconclusive prediction for a case that failed", () => {
  expect(toPrediction({ id: "c", failed: "out of memory" })).toEqual({
    id: "c",
    verdict: "inconclusive",
    onset: null,
    ranking: [],
    steps: 0,
    ms: 0,
  });
});
it("gives whole milliseconds, and at most ten places", () => {
  const hypotheses = Array.from({ length: 10 }, (_, at) => ranked(`s${at}`, "service", "unknown", 0.1));
  const vocabulary = {
    entityKinds: ["pod"],
    entities: hypotheses.flatMap(({ entity }) => [`${entity}-0`, `${entity}-1`]),
    causes: [],
  };
  const { ms, ranking } = toPrediction({ id: "c", predicted: predicted({ hypotheses, vocabulary }) });
  expect(ms).toBe(13);
  expect(ranking).toHaveLength(10);
});
