import { z } from "zod";

/** AIOpsLab's two axes. */
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
 * One thing to look for in the findings about the suspect. It holds where some finding has one of `kinds` and, if given, a
 * fact or text that matches: `family` (of a metric: latency, error, cpu, memory, …), `direction`, `words` (any of them, as whole
 * words, case-insensitive, in template, metric or summary). `about: "callee"` looks at findings whose peer is the suspect.
 */
export const SignatureCondition = z.object({
  kinds: z.array(z.string()).min(1),
  family: z.array(z.string()).optional(),
  direction: z.enum(["up", "down"]).optional(),
  words: z.array(z.string()).optional(),
  about: z.enum(["self", "callee"]).default("self"),
  /** What it adds when it holds; negative speaks against. */
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
  /** Kinds of entity that it can befall; empty for any. */
  entityKinds: z.array(z.string()).default([]),
  signature: z.array(SignatureCondition),
  /** What would show that it is not this. */
  refutedBy: z.string(),
  /** Slugs of runbooks that treat it. */
  runbooks: z.array(z.string()).default([]),
});
export type CauseCard = z.infer<typeof CauseCard>;

/** The cause of a suspect whose findings fit no card. */
export const UNKNOWN_CAUSE = "unknown";
