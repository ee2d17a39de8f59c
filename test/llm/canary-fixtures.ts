import type { AnswerOutcome, Canary, CanaryComparison } from "../../src/domain/canary.ts";

export const aCanary = (fields: Partial<Canary> = {}): Canary => ({
  id: "canary-1",
  task: "explain",
  candidate: { model: "small" },
  mode: "shadow",
  state: "running",
  stage: 3,
  atStage: 0,
  compared: 0,
  perStage: 5,
  alpha: 0.05,
  margins: { bad: 0.05, latency: 0.2, tokens: 0.2, unsupported: 0.1 },
  tests: {},
  startedAtMs: 0,
  ...fields,
});

const outcome = (fields: Partial<AnswerOutcome> = {}): AnswerOutcome => ({
  callId: null,
  bad: null,
  ms: 100,
  tokens: 50,
  cached: false,
  ...fields,
});

export const aComparison = (
  candidate: Partial<AnswerOutcome> = {},
  inForce: Partial<AnswerOutcome> = {},
  id = "x",
): CanaryComparison => ({
  id,
  canaryId: "canary-1",
  atMs: 7,
  analysisId: "A1",
  incidentId: "I1",
  inForce: outcome(inForce),
  candidate: outcome(candidate),
  hiddenText: null,
});
