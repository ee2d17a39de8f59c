import { z } from "zod";

/** AIOpsLab's two axes: system level and fault type. */
export const SystemLevel = z.enum(["Hardware", "Operating System", "Virtualization", "Application"]);
export const FaultType = z.enum([
  "Misconfiguration",
  "Code Defect",
  "Authentication Issue",
  "Network/Storage Issue",
  "Operation Error",
  "Dependency Problem",
]);

/**
 * One condition on the findings about a suspect. It holds if some finding has one of `kinds` and matches every further
 * field that is given:
 * `family` (of a metric: latency, error, cpu, memory, …), `direction`, and `words` (any of them, as whole words, in any
 * case, in the template, metric or summary).
 * `entityKinds`: the condition is only about suspects of these kinds.
 * `about: "callee"` looks at findings whose peer is the suspect.
 */
export const SignatureCondition = z.object({
  kinds: z.array(z.string()).min(1),
  family: z.array(z.string()).optional(),
  direction: z.enum(["up", "down"]).optional(),
  words: z.array(z.string()).optional(),
  entityKinds: z.array(z.string()).optional(),
  about: z.enum(["self", "callee"]).default("self"),
  /** Added to the score of the cause if the condition holds. Negative for evidence against it. */
  weight: z.number(),
  why: z.string(),
});
export type SignatureCondition = z.infer<typeof SignatureCondition>;

/** An entry of the cause catalogue. */
export const CauseCard = z.object({
  id: z.string().regex(/^[a-z][a-z0-9_]*$/),
  title: z.string(),
  systemLevel: SystemLevel,
  faultType: FaultType,
  /**
   * True if it says what happens to an entity, but not why: a crash loop, a pod without a node. If the state of the
   * cluster shows no more than this, there is no root cause.
   */
  isGeneral: z.boolean().optional(),
  /** Kinds of entity that can have this cause. Empty for any kind. */
  entityKinds: z.array(z.string()).default([]),
  signature: z.array(SignatureCondition),
  /** An observation that would rule this cause out. */
  refutedBy: z.string(),
  /** Slugs of the runbooks that treat this cause. */
  runbooks: z.array(z.string()).default([]),
});
export type CauseCard = z.infer<typeof CauseCard>;

/** The cause of a suspect whose findings match no card. */
export const UNKNOWN_CAUSE = "unknown";
