import { isCapError } from "../../llm/cap-error.ts";
import type { LoopBudget } from "../../llm/loop-budget.ts";
import type { LoopResult } from "../../llm/tool-loop.ts";

/** The limits of one investigation. Few calls suffice: each one costs the whole conversation once more. */
export const INVESTIGATION_BUDGET: LoopBudget = { steps: 12, tokens: 150_000, usd: 0.5, ms: 90_000 };

/** Why an investigation ended, as a sentence for the report. Null if the model concluded within its budget. */
export function stopSentence(
  { stop, failure, model }: LoopResult,
  { steps, tokens, usd, ms }: LoopBudget,
): string | null {
  const budgets = {
    steps: `${steps} calls`,
    tokens: `${tokens} tokens`,
    usd: `${usd ?? 0} USD`,
    seconds: `${Math.round(ms / 1000)} s`,
  };
  if (stop === "done") return null;
  if (failure !== null && isCapError(failure)) return `${failure.message} (${failure.hint})`;
  if (failure !== null) return `the model failed while it investigated: ${failure.message} (${failure.hint})`;
  if (stop !== "model") {
    const silent = model === null ? ", without an answer" : "";
    return `the investigation by the model reached its budget of ${budgets[stop]}${silent}`;
  }
  return "the model neither asked nor concluded anything";
}
