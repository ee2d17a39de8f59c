import { z } from "zod";

/** What a plan reads: records of one kind. A metric's records are its samples. */
export const ASK_SELECTIONS = ["logs", "metrics", "spans", "alerts", "changes"] as const;
export type AskSelection = (typeof ASK_SELECTIONS)[number];

/**
 * `=`, `!=`: the whole value, in any case. `~`, `!~`: the value contains this text, in any case. The others compare
 * numbers, levels (`info` < `warn` < `error` < `fatal`) and times.
 */
export const ASK_OPERATORS = ["=", "!=", "~", "!~", ">", ">=", "<", "<="] as const;

const Field = z.string().min(1).max(200);

/** One condition on a record. A record without the field fulfils only `!=` and `!~`. */
export const AskCondition = z.strictObject({
  field: Field.describe("name of a field"),
  op: z.enum(ASK_OPERATORS),
  value: z.union([z.string().max(2_000), z.number()]),
});
export type AskCondition = z.infer<typeof AskCondition>;

/** Both ends included; null: open. */
export const AskRange = z.strictObject({
  start: z.string().max(40).nullable().describe("ISO 8601 time, UTC; null: from the first record"),
  end: z.string().max(40).nullable().describe("ISO 8601 time, UTC; null: to the last record"),
});
export type AskRange = z.infer<typeof AskRange>;

/**
 * Keeps the records that share a trace id or a template with records of another selection (`in`), or that share it with
 * none of them (`not in`).
 */
export const AskJoin = z.strictObject({
  on: z.enum(["trace", "template"]),
  keep: z.enum(["in", "not in"]),
  select: z.enum(ASK_SELECTIONS),
  where: z.array(AskCondition).max(10),
  range: AskRange.nullable(),
});
export type AskJoin = z.infer<typeof AskJoin>;

export const ASK_VERBS = [
  "count",
  "rate",
  "first",
  "last",
  "distinct",
  "min",
  "max",
  "mean",
  "sum",
  "quantile",
  "increase",
] as const;
export type AskVerb = (typeof ASK_VERBS)[number];

/**
 * - `count`: number of records. `rate`: records per minute of the plan's range; grouped by time, per minute of each stretch.
 * - `first`, `last`: time of the first and the last record; groups in this order.
 * - `distinct`: number of different values of `field`.
 * - `min`, `max`, `mean`, `sum`, `quantile`: of the numbers in `field`. `q`: in [0, 1], for `quantile`.
 * - `increase`: how much a counter grew, its falls to a lower value read as restarts.
 */
export const AskMeasure = z.strictObject({
  verb: z.enum(ASK_VERBS),
  field: Field.nullable().describe("the field measured; null for count, rate, first, last"),
  q: z.number().min(0).max(1).nullable().describe("for quantile: 0.95 for p95; null otherwise"),
});
export type AskMeasure = z.infer<typeof AskMeasure>;

/**
 * `before` in `compare`: as long as the plan's range, and right before it; without a range, the first half of the data.
 */
export const BEFORE = "before";

/**
 * A question about telemetry as data: which records, in which groups, with which measure. Code runs it; a person types
 * it, or a model writes it. Everything in it is a name or a value, and nothing in it is a program.
 */
export const AskPlan = z.strictObject({
  select: z.enum(ASK_SELECTIONS),
  where: z.array(AskCondition).max(10).default([]).describe("all of them must hold"),
  range: AskRange.nullable().default(null),
  join: AskJoin.nullable().default(null),
  measure: AskMeasure.default({ verb: "count", field: null, q: null }),
  by: z.array(Field).max(3).default([]).describe("fields to group by; `time` groups by stretches of time"),
  bucket_seconds: z
    .number()
    .positive()
    .max(31_536_000)
    .nullable()
    .default(null)
    .describe("length of a stretch of `time`"),
  compare: z
    .union([z.literal(BEFORE), AskRange])
    .nullable()
    .default(null)
    .describe("another range to compare each group with"),
  top: z.number().int().min(1).max(1_000).default(20).describe("number of groups to show"),
});
export type AskPlan = z.infer<typeof AskPlan>;
