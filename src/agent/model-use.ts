import type { ModelUse } from "../domain/ports.ts";

export const sumOfUse = (a: ModelUse, b: ModelUse): ModelUse => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
});
