import type { ModelCall } from "../domain/model-call.ts";

/**
 * A call as one record of `evaluate(data, predict, scorers)`, the shape that evaluation tools share: `input` is what
 * was given, `output` what came back, `scores` what scorers said of it. Prompts and answers are named by their hashes;
 * the ledger holds neither. A score is null if nobody judged it.
 */
export const evaluationRecord = (call: ModelCall) => ({
  input: {
    ref: `sha256:${call.promptSha256}`,
    task: call.task,
    prompt: call.prompt,
    prompt_version: call.promptVersion,
    prefix_sha256: call.prefixSha256,
    incident_id: call.incidentId,
    analysis_id: call.analysisId,
  },
  output: {
    ref: call.answerSha256 === null ? null : `sha256:${call.answerSha256}`,
    call_id: call.id,
    at: new Date(call.atMs).toISOString(),
    model: call.model,
    version: call.version,
    server: call.server,
    finish: call.finish,
    cache: call.cache,
    verdict: call.verdict,
    error: call.error,
  },
  scores: {
    accepted: acceptedScore(call),
    supported_claims:
      call.claims === null || call.claims === 0 ? null : 1 - (call.unsupportedClaims ?? 0) / call.claims,
    input_tokens: call.inputTokens,
    cached_tokens: call.cachedTokens,
    output_tokens: call.outputTokens,
    cost_usd: call.costUsd,
    first_token_ms: call.firstTokenMs,
    total_ms: call.totalMs,
  },
});
export type EvaluationRecord = ReturnType<typeof evaluationRecord>;

/** 1 for an answer that was used in whole, 0.5 in part, 0 for one that was not; null if there is nothing to judge. */
function acceptedScore({ verdict, error }: ModelCall): number | null {
  if (verdict === "unjudged" || error === "CAP" || error === "UNFINISHED") return null;
  if (verdict === "accepted" || verdict === "repaired") return 1;
  return verdict === "partial" ? 0.5 : 0;
}
