import { z } from "zod";
import { Entity } from "./entity.ts";

/** One remediation step, rendered. What a person approves is exactly these bytes: `scriptSha256` is over `script`. */
export const Action = z.object({
  /** `<analysisId>-a<n>`. */
  id: z.string(),
  analysisId: z.string(),
  incidentId: z.string(),
  title: z.string(),
  runbook: z.string(),
  step: z.string(),
  target: Entity,
  risk: z.enum(["low", "medium", "high"]),
  reversible: z.boolean(),
  /** Entities that it can hurt; `unknown` counts as large. */
  blastRadius: z.object({ size: z.enum(["small", "medium", "large"]), entities: z.array(z.string()), why: z.string() }),
  script: z.string(),
  scriptSha256: z.string().regex(/^[0-9a-f]{64}$/),
  rollback: z.string(),
  verify: z.string(),
  /** Unix milliseconds. */
  expiresAtMs: z.number(),
  /** Ids of the findings that its parameters and its choice rest on. */
  evidenceIds: z.array(z.string()),
});
export type Action = z.infer<typeof Action>;

/** What a person is asked about, as the running analysis remembers it itself: the store's rows are held against it. */
export const OpenAction = Action.pick({ id: true, scriptSha256: true, target: true, expiresAtMs: true });
export type OpenAction = z.infer<typeof OpenAction>;

/** What a person said. Recorded once for an action. */
export const Decision = z.object({
  actionId: z.string(),
  decision: z.enum(["approved", "rejected"]),
  by: z.string(),
  atMs: z.number(),
  note: z.string().nullable(),
  /** The bytes that were decided on. */
  scriptSha256: z.string(),
});
export type Decision = z.infer<typeof Decision>;
