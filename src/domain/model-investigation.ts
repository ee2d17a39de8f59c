import { z } from "zod";

/**
 * A statement or observation that a model reads as a sign of a cause. `findingKey`: the finding that it cites. It can
 * settle a near tie, and nothing else.
 */
export const CauseReading = z.object({ findingKey: z.string(), entity: z.string(), cause: z.string() });
export type CauseReading = z.infer<typeof CauseReading>;

/** Why an investigation began: code reached no conclusion, or the first two suspects are close. */
export const DOUBTS = ["inconclusive", "close"] as const;
export type Doubt = (typeof DOUBTS)[number];

/**
 * What a model did to find the cause.
 *
 * - `stoppedBy`: `done` if the model concluded; a budget that was spent; `model` if the model failed or said nothing.
 * - `steps`: its calls, each as one plain sentence. `ok`: false if the call was refused.
 * - `foundKeys`: findings that code made of data that the model pointed at. `readings`: those that were accepted.
 * - `conclusion`: what the model concluded, checked like any claim; null if it did not, or if the check dropped it.
 */
export const ModelInvestigation = z.object({
  model: z.string().nullable(),
  prompt: z.object({ name: z.string(), version: z.number().int() }),
  doubt: z.enum(DOUBTS),
  stoppedBy: z.enum(["done", "steps", "tokens", "usd", "seconds", "model"]),
  failure: z.string().nullable(),
  steps: z.array(z.object({ tool: z.string(), step: z.string(), ok: z.boolean() })),
  foundKeys: z.array(z.string()),
  readings: z.array(CauseReading),
  conclusion: z.object({ text: z.string(), evidenceIds: z.array(z.string()) }).nullable(),
  use: z.object({ inputTokens: z.number(), outputTokens: z.number(), usd: z.number().nullable() }),
});
export type ModelInvestigation = z.infer<typeof ModelInvestigation>;
