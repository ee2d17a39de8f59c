import { onTestFinished } from "vitest";
import { sqlModelStore } from "../../src/connectors/sql/model-store.ts";
import { openDatabase } from "../../src/connectors/sqlite/open-database.ts";
import type { ModelRequest } from "../../src/domain/chat-model.ts";
import type { ModelCall } from "../../src/domain/model-call.ts";
import type { ModelCaps, ModelStore } from "../../src/domain/model-store.ts";

export const aCall = (fields: Partial<ModelCall> = {}): ModelCall => ({
  id: "C1",
  atMs: 1_000,
  analysisId: "A1",
  incidentId: "I1",
  task: "explain",
  server: "http://model.test/v1",
  model: "small",
  version: "small-1",
  prompt: "explain",
  promptVersion: 1,
  promptSha256: "p".repeat(64),
  prefixSha256: "f".repeat(64),
  answerSha256: "a".repeat(64),
  inputTokens: 100,
  cachedTokens: 0,
  outputTokens: 10,
  costUsd: 0.001,
  firstTokenMs: 5,
  totalMs: 20,
  finish: "stop",
  cache: "none",
  error: null,
  verdict: "accepted",
  claims: 3,
  unsupportedClaims: 0,
  ...fields,
});

const NONE = { calls: null, tokens: null, usd: null };
export const caps = (fields: { [S in keyof ModelCaps]?: Partial<ModelCaps[S]> } = {}): ModelCaps => ({
  analysis: { ...NONE, ...fields.analysis },
  incident: { ...NONE, ...fields.incident },
  day: { ...NONE, ...fields.day },
});

export const aRequest = (fields: Partial<ModelRequest> = {}): ModelRequest => ({
  task: "explain",
  prompt: { name: "explain", version: 1, sha256: "f".repeat(64) },
  messages: [
    { role: "system", text: "You explain." },
    { role: "user", text: "<findings>[]</findings>" },
  ],
  tools: [],
  answer: null,
  maxOutputTokens: 100,
  sample: 0,
  ...fields,
});

/** A store in memory, closed with the test. */
export async function memoryModelStore(): Promise<ModelStore> {
  const sql = await openDatabase(":memory:");
  onTestFinished(() => sql.close());
  return sqlModelStore(sql);
}
