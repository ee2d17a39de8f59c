import { z } from "zod";
import { AskPlan } from "./ask-plan.ts";

export const ASK_SCHEMA = "causeway.answer/1";

const Iso = z.string();
const Amount = z.number().nullable();

/**
 * One group of an answer. `group`: its values of the fields that the plan groups by. `value`: the measure; null if no
 * record has it. `first`, `last`: times of its first and last record. `references`: where its first records stand:
 * `file:line`, or `trace …`. With `compare`: `before`, `before_count` of the other range, and `g2`, the signed
 * log-likelihood ratio of the counts (positive: more now).
 */
export const AskRow = z.object({
  group: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  value: Amount,
  count: z.number().int(),
  first: Iso.nullable(),
  last: Iso.nullable(),
  references: z.array(z.string()),
  before: Amount.optional(),
  before_count: z.number().int().optional(),
  g2: z.number().optional(),
});
export type AskRow = z.infer<typeof AskRow>;

/**
 * What code computed for a plan. `unit`: of the values. `read`: records read, `matched`: records that fulfil the plan,
 * `groups`: all groups, of which `rows` shows the first. `range`, `compared`: the times in force; null without times.
 * `series`: matched records in stretches of `step_seconds` from `start` on. `notes`: what a reader must know of these
 * numbers.
 */
export const AskTable = z.object({
  unit: z.string(),
  read: z.number().int(),
  matched: z.number().int(),
  groups: z.number().int(),
  range: z.object({ start: Iso, end: Iso }).nullable(),
  compared: z.object({ start: Iso, end: Iso }).nullable(),
  rows: z.array(AskRow),
  series: z.object({ start: Iso, step_seconds: z.number(), counts: z.array(z.number().int()) }).nullable(),
  notes: z.array(z.string()),
});
export type AskTable = z.infer<typeof AskTable>;

/** A part of a plan that does not fit the data, and what would. `possible`: the nearest first. */
export const AskMisfit = z.object({ where: z.string(), why: z.string(), possible: z.array(z.string()) });
export type AskMisfit = z.infer<typeof AskMisfit>;

/** Why a plan was not run. `nearest`: the plan that comes closest and fits; null if none does. */
export const AskRefusal = z.object({
  why: z.string(),
  misfits: z.array(AskMisfit),
  nearest: AskPlan.nullable(),
  nearest_text: z.string().nullable(),
});
export type AskRefusal = z.infer<typeof AskRefusal>;

/** One sentence of an answer, with the ids of the evidence and observations that support it. */
const AnswerClaim = z.object({ text: z.string(), evidence_ids: z.array(z.string()) });

/**
 * Something that code looked up for an answer. `id`: `O1`, cited by claims beside the report's own evidence. `plan`,
 * with
 * `plan_text`: runs it again; null if it was read from the report. `facts`: its numbers and names.
 */
export const AskObservation = z.object({
  id: z.string(),
  summary: z.string(),
  entity: z.string(),
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  plan: AskPlan.nullable(),
  plan_text: z.string().nullable(),
  table: AskTable.nullable(),
});
export type AskObservation = z.infer<typeof AskObservation>;

/**
 * The answer to a question, as versioned JSON. `planned_by`: `person`, or the model that wrote the plan. `claims`:
 * sentences, each with its evidence. `dropped_claims`: sentences of a model that the evidence did not support.
 * `written_by`: `code`, or the model whose sentences passed the check. `can_ask`: what can be answered, if this could
 * not. `noted`: the words were kept as a note for the next analysis. `limits`: what was not possible, in full
 * sentences.
 */
export const AskAnswer = z.object({
  schema_version: z.literal(ASK_SCHEMA),
  question: z.string().nullable(),
  plan: AskPlan.nullable(),
  plan_text: z.string().nullable(),
  planned_by: z.string().nullable(),
  table: AskTable.nullable(),
  refusal: AskRefusal.nullable(),
  claims: z.array(AnswerClaim),
  dropped_claims: z.number().int(),
  written_by: z.string(),
  observations: z.array(AskObservation),
  noted: z.boolean(),
  can_ask: z.array(z.string()),
  limits: z.array(z.string()),
});
export type AskAnswer = z.infer<typeof AskAnswer>;

/** An answer with nothing in it yet. */
export const emptyAnswer = (question: string | null): AskAnswer => ({
  schema_version: ASK_SCHEMA,
  question,
  plan: null,
  plan_text: null,
  planned_by: null,
  table: null,
  refusal: null,
  claims: [],
  dropped_claims: 0,
  written_by: "code",
  observations: [],
  noted: false,
  can_ask: [],
  limits: [],
});
