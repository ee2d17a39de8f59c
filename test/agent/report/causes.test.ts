import { expect, it } from "vitest";
import { rootCausesOf } from "../../../src/agent/report/causes.ts";
import type { Hypothesis, Ranking } from "../../../src/domain/hypothesis.ts";

const hypothesis = (entity: string, status: Hypothesis["status"], confidence: number): Hypothesis => ({
  entity: { id: entity, kind: "service" },
  cause: "cpu_contention",
  confidence,
  calibrated: false,
  status,
  reasons: [],
  for: [`E-${entity}`],
  against: [],
  path: [entity],
  wouldRefute: "",
});
const ranking = (verdict: Ranking["verdict"]): Ranking => ({
  verdict,
  why: "",
  onsetMs: null,
  nextEvidence: [],
  hypotheses: [
    hypothesis("store", "supported", 0.9),
    hypothesis("index", "supported", 0.8),
    hypothesis("web", "untested", 0.1),
  ],
});

it("names every cause that evidence supports, each with its own confidence and evidence", () => {
  expect(rootCausesOf(ranking("root_cause"), () => undefined)).toMatchObject([
    { entity: "store", confidence: 0.9, evidence_ids: ["E-store"] },
    { entity: "index", confidence: 0.8, evidence_ids: ["E-index"] },
  ]);
});

it("names no cause when the verdict has none", () => {
  expect(rootCausesOf(ranking("inconclusive"), () => undefined)).toEqual([]);
});
