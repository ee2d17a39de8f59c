import type { ModelCall } from "../domain/model-call.ts";
import type { CapUse } from "../domain/model-store.ts";
import type { ModelSpend } from "../domain/model-verdict.ts";
import { capWarning } from "./cap-error.ts";

/** Sums up the calls of an analysis. Calls that failed or that a cap refused sent no answer, and have no tokens. */
export function spendOf(calls: readonly ModelCall[], near: readonly CapUse[]): ModelSpend {
  const sent = calls.filter(({ cache, error }) => cache === "none" && error !== "CAP");
  const sum = (of: (call: ModelCall) => number | null): number =>
    sent.reduce((total, call) => total + (of(call) ?? 0), 0);
  const isPriced = sent.every(({ costUsd, error }) => costUsd !== null || error !== null);
  return {
    models: [...new Set(calls.filter(({ error }) => error !== "CAP").map(({ model }) => model))],
    calls: sent.length,
    cachedCalls: calls.filter(({ cache }) => cache !== "none").length,
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    usd: isPriced ? sum(({ costUsd }) => costUsd) : null,
    warnings: near.map(capWarning),
  };
}
