import { z } from "zod";

const Executed = z.object({
  id: z.string(),
  runbook: z.string(),
  step: z.string(),
  target: z.string(),
  startedMs: z.number(),
  endedMs: z.number(),
  state: z.string(),
  why: z.string(),
});

/**
 * A wrong approval. `state`: of its execution. `changed`: its workload was changed at all; `restored`: its spec is the
 * same at the end as before.
 */
const WrongApproval = z.object({
  workload: z.string(),
  state: z.string(),
  changed: z.boolean(),
  restored: z.boolean(),
});
export type WrongApproval = z.infer<typeof WrongApproval>;

/** What one analysis said. */
const Analysis = z.object({
  alerts: z.array(z.string()),
  openedMs: z.number(),
  finishedMs: z.number(),
  verdict: z.string(),
  causes: z.array(z.object({ entity: z.string(), category: z.string(), confidence: z.number() })),
  runbook: z.string().nullable(),
  isDraft: z.boolean(),
  actions: z.array(
    z.object({
      id: z.string(),
      runbook: z.string(),
      step: z.string(),
      target: z.string(),
      risk: z.string(),
      reversible: z.boolean(),
      hasRollback: z.boolean(),
      hasVerification: z.boolean(),
    }),
  ),
});

/**
 * One trial, as it is kept in a file. Times are Unix milliseconds. `responder`: `causeway`; `wrong`: a person approves
 * a change of the workload `wrong`; `restart`: the first suspect is restarted; `nothing`. `missedMs`: when an objective
 * was first missed; null: never. `recoveredMs`: since when all objectives are met to the end; null: they are not, or
 * were never missed. `analysis`: the first, which the alert started; `later`: those that the person started, because the
 * market was not well and nothing was left to approve. `harmed`: objects and operations that the response broke.
 */
export const TrialResult = z.object({
  fault: z.string(),
  responder: z.enum(["causeway", "wrong", "restart", "nothing"]),
  seed: z.number(),
  faultMs: z.number(),
  missedMs: z.number().nullable(),
  recoveredMs: z.number().nullable(),
  endMs: z.number(),
  harmed: z.array(z.string()),
  analysis: Analysis.nullable(),
  later: z.array(Analysis).default([]),
  executed: z.array(Executed),
  wrong: WrongApproval.optional(),
});
export type TrialResult = z.infer<typeof TrialResult>;
