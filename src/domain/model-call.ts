import { z } from "zod";
import { MODEL_TASKS } from "./chat-model.ts";

/**
 * What became of an answer. `accepted`: it passed every check. `repaired`: it passed after one correction. `partial`:
 * some of its claims were dropped. `malformed`: it did not fit its schema. `unsupported`: all its claims lacked
 * evidence. `refused`: the model declined. `failed`: there was no answer. `unjudged`: nobody has judged it yet.
 */
export const ModelVerdict = z.enum([
  "accepted",
  "repaired",
  "partial",
  "malformed",
  "unsupported",
  "refused",
  "failed",
  "unjudged",
]);
export type ModelVerdict = z.infer<typeof ModelVerdict>;

/**
 * One call of a model, as the ledger keeps it. It holds neither prompt nor answer.
 *
 * - `server`: address without secrets. `model`: as configured. `version`: as the server reported it; null if it failed.
 * - `promptSha256`: of all messages. `prefixSha256`: of the static prefix. `cachedTokens`: input tokens that the server
 *   served from its cache; null if it does not say.
 * - `costUsd`: by the configured price; null if the model has none.
 * - `cache`: `exact` if Causeway's own cache answered.
 * - `verdict`, `claims`, `unsupportedClaims`: filled in when the answer is judged.
 */
export const ModelCall = z.object({
  id: z.string(),
  atMs: z.number(),
  analysisId: z.string().nullable(),
  incidentId: z.string().nullable(),
  task: z.enum(MODEL_TASKS),
  server: z.string(),
  model: z.string(),
  version: z.string().nullable(),
  prompt: z.string(),
  promptVersion: z.number().int(),
  promptSha256: z.string(),
  prefixSha256: z.string(),
  inputTokens: z.number().int().nullable(),
  cachedTokens: z.number().int().nullable(),
  outputTokens: z.number().int().nullable(),
  costUsd: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number(),
  cache: z.enum(["none", "exact"]),
  error: z.string().nullable(),
  verdict: ModelVerdict,
  claims: z.number().int().nullable(),
  unsupportedClaims: z.number().int().nullable(),
});
export type ModelCall = z.infer<typeof ModelCall>;
