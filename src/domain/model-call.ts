import { z } from "zod";
import { MODEL_FINISHES, MODEL_TASKS } from "./chat-model.ts";
import { ModelVerdict } from "./model-verdict.ts";

/**
 * One call of a model, as the ledger keeps it. It holds neither prompt nor answer.
 *
 * - `server`: address without secrets. `model`: as configured. `version`: as the server reported it; null if it failed.
 * - `promptSha256`: of all messages. `prefixSha256`: of the static prefix. `cachedTokens`: input tokens that the server
 *   served from its cache; null if it does not say.
 * - `answerSha256`: of text and calls; null if there was no answer.
 * - `costUsd`: by the configured price; null if the model has none, or the tokens are unknown.
 * - `finish`: why the model stopped; null if there was no answer.
 * - `cache`: which of Causeway's own caches answered. Such a call has no tokens and costs nothing.
 * - `error`: the code of the error, `CAP` if a cap refused the call, `CONTEXT` if the request was longer than the model's
 *   context, `UNFINISHED` while the answer is awaited. A row whose process died stays so.
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
  answerSha256: z.string().nullable(),
  inputTokens: z.number().int().nullable(),
  cachedTokens: z.number().int().nullable(),
  outputTokens: z.number().int().nullable(),
  costUsd: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number(),
  finish: z.enum(MODEL_FINISHES).nullable(),
  cache: z.enum(["none", "exact", "semantic"]),
  error: z.string().nullable(),
  verdict: ModelVerdict,
  claims: z.number().int().nullable(),
  unsupportedClaims: z.number().int().nullable(),
});
export type ModelCall = z.infer<typeof ModelCall>;
