import { z } from "zod";

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

/** What became of an answer. `claims`: how many it made; null if it makes none. */
export type ModelJudgement = {
  verdict: Exclude<ModelVerdict, "unjudged">;
  claims: number | null;
  unsupportedClaims: number | null;
};

/**
 * What an analysis spent on models. `calls`: sent to a server; `cachedCalls`: answered by Causeway's own cache.
 * `usd`: null if the price of one of them is unknown. `warnings`: sentences on caps that are nearly or fully used.
 */
export type ModelSpend = {
  models: readonly string[];
  calls: number;
  cachedCalls: number;
  inputTokens: number;
  outputTokens: number;
  usd: number | null;
  warnings: readonly string[];
};
