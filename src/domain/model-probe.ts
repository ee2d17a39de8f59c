/** What was tried on a model's server. `context`: what its list of models says; nothing long is sent. */
export const PROBED = ["chat", "stream", "tools", "schema", "json"] as const;
export type ProbedCapability = (typeof PROBED)[number];

/** `works`: false if the server refuses it, or takes it and answers in another way. `why`: null if it works. */
export type ProbedPart = { works: boolean; why: string | null };

/**
 * What a model can do, by tiny requests.
 *
 * - `parts`: those that were tried; only `chat` if that failed.
 * - `version`: as the server reports it. `firstTokenMs`: of the streamed answer.
 * - `contextTokens`: by the server's list of models; null if it does not say.
 * - `inputTokens`, `outputTokens`: of all requests; null if the server does not count.
 */
export type ModelProbe = {
  parts: Partial<Record<ProbedCapability, ProbedPart>>;
  version: string | null;
  firstTokenMs: number | null;
  contextTokens: number | null;
  requests: number;
  inputTokens: number | null;
  outputTokens: number | null;
};
