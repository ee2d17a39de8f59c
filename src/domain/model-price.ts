import type { ModelUse } from "./ports.ts";

/** US dollars for a million tokens. `cachedInput`: of input that the server read from its cache. */
export type ModelPrice = { input: number; cachedInput: number; output: number };

const MILLION = 1e6;

/** US dollars; null if the price or the tokens are unknown. */
export function costOf(use: ModelUse | null, price: ModelPrice | null): number | null {
  if (use === null || price === null) return null;
  const cached = Math.min(use.cachedTokens ?? 0, use.inputTokens);
  return (
    ((use.inputTokens - cached) * price.input + cached * price.cachedInput + use.outputTokens * price.output) / MILLION
  );
}
