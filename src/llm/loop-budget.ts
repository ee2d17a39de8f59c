/** Why a tool loop ended. `model`: the model failed, or wrote neither a call nor a conclusion. */
export const LOOP_STOPS = ["done", "steps", "tokens", "usd", "seconds", "model"] as const;
export type LoopStop = (typeof LOOP_STOPS)[number];

/**
 * The limits of a tool loop. `steps`: tool calls, refused ones included. `tokens`: of all requests and answers. `usd`:
 * null for no limit of its own. `ms`: from the first request on.
 */
export type LoopBudget = { steps: number; tokens: number; usd: number | null; ms: number };
/** What a loop used so far. `usd`: 0 if the model has no price. */
export type LoopUse = { steps: number; inputTokens: number; outputTokens: number; usd: number; ms: number };

/** Share of tokens, money and time that is kept for the conclusion. */
const KEPT_SHARE = 0.2;

/**
 * The limit that is reached; null if none is. `inquiry`: while the model still asks, a part of each budget is kept, so
 * that it can conclude. `conclusion`: the whole budget. The next request is at least as long as the last one.
 */
export function spentBudget(
  { steps, tokens, usd, ms }: LoopBudget,
  used: LoopUse,
  phase: "inquiry" | "conclusion",
  lastRequestTokens = 0,
): LoopStop | null {
  const part = phase === "inquiry" ? 1 - KEPT_SHARE : 1;
  if (phase === "inquiry" && used.steps >= steps) return "steps";
  const total = used.inputTokens + used.outputTokens;
  // the conclusion sends the whole conversation once more
  const next = phase === "inquiry" ? 2 * lastRequestTokens : lastRequestTokens;
  if (total >= tokens * part || (total > 0 && total + next > tokens)) return "tokens";
  if (usd !== null && used.usd >= usd * part && used.usd > 0) return "usd";
  return used.ms >= ms * part ? "seconds" : null;
}

const STOPS: Readonly<Record<LoopStop, string>> = {
  done: "it ended without a result",
  model: "it neither called a function nor answered in the form that was asked for",
  steps: "its calls of functions are used up",
  tokens: "its tokens are used up",
  usd: "its money is used up",
  seconds: "its time is over",
};

/** Why a loop ended without a result, in words: "its time is over". */
export const stopWords = (stop: LoopStop): string => STOPS[stop];
