import { z } from "zod";

/** What a change did, as far as its metrics show. `cannot_tell`: there is nothing sound to compare with. */
export const ChangeOutcome = z.enum(["better", "worse", "no_difference_shown", "cannot_tell"]);
export type ChangeOutcome = z.infer<typeof ChangeOutcome>;

/** What stands for "without the change": instances that it did not reach, other services, or the same hours before. */
export const Control = z.enum(["unchanged_instances", "untouched_services", "same_hours_before"]);
export type Control = z.infer<typeof Control>;

/**
 * One metric before and after a change. `effect`, `low`, `high`: the difference in differences with its 95 % interval,
 * as a share of the level before if `relative`, else in the metric's unit. `p`: corrected over the metrics of the
 * change. `placebo_p`: of the same comparison within the time before; small if the two did not move in parallel.
 */
export const MetricEffect = z.object({
  metric: z.string(),
  control: Control,
  controls: z.number(),
  relative: z.boolean(),
  effect: z.number(),
  low: z.number(),
  high: z.number(),
  p: z.number(),
  placebo_p: z.number(),
  outcome: z.enum(["better", "worse", "no_difference_shown"]),
});
export type MetricEffect = z.infer<typeof MetricEffect>;

/** A change with its verdict. `why`: the reason in words, of `cannot_tell` above all. Times in ISO 8601. */
export const ChangeVerdict = z.object({
  change_id: z.string(),
  entity: z.string(),
  kind: z.string(),
  at: z.string(),
  outcome: ChangeOutcome,
  why: z.string(),
  before: z.object({ start: z.string(), end: z.string() }).nullable(),
  after: z.object({ start: z.string(), end: z.string() }).nullable(),
  effects: z.array(MetricEffect),
  /** Metrics of the entity without a sound comparison, with the reason. */
  not_compared: z.array(z.object({ metric: z.string(), why: z.string() })),
});
export type ChangeVerdict = z.infer<typeof ChangeVerdict>;

export const CHANGE_IMPACT_SCHEMA = "causeway.change-impact/v1";

export const ChangeImpactListing = z.object({
  schema_version: z.literal(CHANGE_IMPACT_SCHEMA),
  incident_id: z.string(),
  changes: z.array(ChangeVerdict),
  gaps: z.array(z.string()),
});
export type ChangeImpactListing = z.infer<typeof ChangeImpactListing>;
