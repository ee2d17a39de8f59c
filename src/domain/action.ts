import { z } from "zod";
import { Entity } from "./entity.ts";
import { Approver } from "./approver.ts";
import { ActionKind, PolicyMode } from "./policy.ts";
import { RunbookStep } from "./runbook.ts";

/** One remediation step, rendered. A person approves exactly these bytes: `scriptSha256` is the hash of `script`. */
export const Action = z.object({
  /** `<analysisId>-a<n>`. */
  id: z.string(),
  analysisId: z.string(),
  incidentId: z.string(),
  title: z.string(),
  runbook: z.string(),
  step: z.string(),
  target: Entity,
  kind: ActionKind.default("other"),
  risk: z.enum(["low", "medium", "high"]),
  reversible: z.boolean(),
  /** Entities that the step can hurt. `unknown` counts as large. */
  blastRadius: z.object({
    size: z.enum(["small", "medium", "large"]),
    entities: z.array(z.string()),
    why: z.string(),
    /** From 0 to 1: the share of the entry points that depend on the target. Absent: unknown. */
    entryShare: z.number().optional(),
  }),
  script: z.string(),
  scriptSha256: z.string().regex(/^[0-9a-f]{64}$/),
  rollback: z.string(),
  verify: z.string(),
  /** The values of the script, each with its source (see `RunbookStep`) and the findings that give it. */
  parameters: z
    .array(z.object({ name: z.string(), value: z.string(), source: z.string(), evidenceIds: z.array(z.string()) }))
    .default([]),
  /**
   * What must hold before the change. `expected`: what was seen when the script was planned; null if nobody has looked.
   * Empty in actions of older versions.
   */
  preconditions: z
    .array(z.object({ name: z.string(), command: z.string(), expected: z.string().nullable() }))
    .default([]),
  /** What the policy demanded when it was proposed, in words. Decided anew at each approval. */
  requirement: z.object({ mode: PolicyMode, sentence: z.string() }).optional(),
  /** Absent unless a person edited it: from which action, and the step with their commands. */
  edited: z.object({ from: z.string(), by: Approver, atMs: z.number(), step: RunbookStep }).optional(),
  /** Who asked for this very action; absent if the analysis proposed it. */
  proposedBy: Approver.optional(),
  /** Unix milliseconds. */
  expiresAtMs: z.number(),
  /** Ids of the findings on which the choice of the step and its parameters rest. */
  evidenceIds: z.array(z.string()),
});
export type Action = z.infer<typeof Action>;

/**
 * An action that waits for a decision, as the running analysis remembers it. The store's rows are checked against it.
 */
export const OpenAction = Action.pick({ id: true, scriptSha256: true, target: true, expiresAtMs: true }).extend({
  /** Hash over script, target, parameters and preconditions. Absent in analyses of older versions. */
  bindingSha256: z.string().optional(),
});
export type OpenAction = z.infer<typeof OpenAction>;

/** Why a person rejects an action. `wrong_cause`: the diagnosis is wrong, not only the fix. */
export const REJECTION_REASONS = ["wrong_cause", "wrong_fix", "too_risky", "already_fixed", "other"] as const;
/** `replaced`: a person edited it, and the new action took its place. */
export const RejectionReason = z.enum([...REJECTION_REASONS, "replaced"]);
export type RejectionReason = z.infer<typeof RejectionReason>;

/** A person's decision on an action. Recorded once for each action. `reason`: only of a rejection. */
export const Decision = z.object({
  actionId: z.string(),
  decision: z.enum(["approved", "rejected"]),
  by: z.string(),
  atMs: z.number(),
  reason: RejectionReason.optional(),
  note: z.string().nullable(),
  /** Hash of the script that was decided on. */
  scriptSha256: z.string(),
});
export type Decision = z.infer<typeof Decision>;

/** What the review of an open action ends with. `replacement`: the action that takes the place of an edited one. */
export const ReviewAnswer = Decision.extend({ replacement: OpenAction.optional() });
export type ReviewAnswer = z.infer<typeof ReviewAnswer>;

/** What became of the symptom after an approved action was run. */
export const ActionEffect = z.enum(["helped", "did_not_help", "made_worse"]);
export type ActionEffect = z.infer<typeof ActionEffect>;

/** `source`: Causeway ran the script and measured, or a person ran it and reported. */
export const ActionResult = z.object({
  actionId: z.string(),
  effect: ActionEffect,
  source: z.enum(["execution", "report"]),
  by: z.string(),
  atMs: z.number(),
  note: z.string().nullable(),
});
export type ActionResult = z.infer<typeof ActionResult>;
