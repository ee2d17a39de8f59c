import { z } from "zod";
import { ExperimentPlan } from "./plan.ts";

/** In words: what an experiment showed. */
export const EXPERIMENT_VERDICTS = ["better", "worse", "no difference shown", "guardrail broken"] as const;

/** A compared metric. `difference`, `low`, `high`: b − a; b / a − 1 for a ratio. */
const Compared = z.object({
  metric: z.string(),
  unit: z.enum(["share", "ratio", "amount"]),
  better: z.enum(["higher", "lower"]),
  n: z.number().int(),
  a: z.number(),
  b: z.number(),
  difference: z.number(),
  low: z.number(),
  high: z.number(),
  interval: z.string(),
  p: z.number(),
  test: z.string(),
  /** Cases that only one side has right, of the pairs; null for an amount. */
  discordant: z.number().int().nullable(),
});
/**
 * `brokenP`: one-sided p of "worse by at most the margin", after Holm. `heldP`: of "worse by at least the margin".
 * `state`: `broken` or `held` if that is shown; otherwise too few cases, or `not measured`.
 */
const GuardrailResult = z.object({
  metric: z.string(),
  margin: z.number(),
  compared: Compared.nullable(),
  brokenP: z.number().nullable(),
  heldP: z.number().nullable(),
  state: z.enum(["broken", "held", "not settled", "not measured"]),
});
const Stratum = z.object({ by: z.enum(["suite", "system", "fault family"]), name: z.string(), compared: Compared });

/** The result of an experiment, for programs. `power`: to find the planned effect, with these cases. */
export const ExperimentRecord = z.object({
  schema: z.literal("causeway.experiment-result/1"),
  plan: ExperimentPlan,
  sha256: z.string(),
  recordedAt: z.string(),
  program: z.string(),
  cases: z.number().int(),
  verdict: z.enum(EXPERIMENT_VERDICTS),
  why: z.string(),
  primary: Compared.nullable(),
  guardrails: z.array(GuardrailResult),
  power: z.object({ value: z.number(), how: z.string(), smallestEffect: z.number().nullable() }),
  strata: z.array(Stratum),
});
export type ExperimentRecord = z.infer<typeof ExperimentRecord>;
export type ComparedMetric = z.infer<typeof Compared>;
export type GuardrailResult = z.infer<typeof GuardrailResult>;
export type Stratum = z.infer<typeof Stratum>;
