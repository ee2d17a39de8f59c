import { z } from "zod";

/**
 * One step that changes something. `script`, `rollback` and `verify` hold one command a line, in the subset of bash
 * that runbooks/README.md describes, with `"${NAME}"` for the declared parameters. The renderer quotes their values.
 * Every step says how to undo it and how to see that it worked.
 */
export const RunbookStep = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string(),
  risk: z.enum(["low", "medium", "high"]),
  reversible: z.boolean(),
  /** Those causes of its runbook that it treats; absent for all of them. */
  causes: z.array(z.string()).min(1).optional(),
  /** What the cluster must show of the workload; absent for nothing. If the cluster was not read, the step stays. */
  onlyIf: z.enum(["zero-replicas", "not-ready"]).optional(),
  /**
   * Parameters, each with the source of its value: `entity`, `entity.kind`, `entity.workload`, `entity.pod`,
   * `entity.node`, `system`, `change.id`, `peer`, `fact:<name>`,
   * `undo:<kind>.<word>`.
   */
  parameters: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).default({}),
  script: z.string(),
  rollback: z.string(),
  verify: z.string(),
});
export type RunbookStep = z.infer<typeof RunbookStep>;

/** Front matter of `runbooks/<slug>/SKILL.md`. */
export const RunbookFrontMatter = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(64),
  description: z.string().min(1).max(1024),
  /** Ids of the cause cards that it treats. */
  causes: z.array(z.string()).default([]),
  /** Kinds of entity that it applies to. Empty for any kind. */
  entityKinds: z.array(z.string()).default([]),
  steps: z.array(RunbookStep).default([]),
});
export type RunbookFrontMatter = z.infer<typeof RunbookFrontMatter>;

/** A runbook file: front matter, and a body with the sections Goal, Workflow, Synthesize Findings and Remediation. */
export const Runbook = RunbookFrontMatter.extend({ slug: z.string(), body: z.string(), origin: z.string() });
export type Runbook = z.infer<typeof Runbook>;

/** A page that alerts link to: an http(s) address without user info, and the names of those alerts, ascending. */
export const RunbookLink = z.object({ url: z.string(), alerts: z.array(z.string()) });
export type RunbookLink = z.infer<typeof RunbookLink>;

/**
 * A page of a team's own folders or wiki, as it is written. `id`: where a person finds it. `path`: with `/`, below its
 * folder; null if it has no place. Its text is for people; no step is ever planned from it.
 */
export type PageFile = { id: string; path: string | null; text: string };

/** A page that an alert links to. Its text is for people; no step is ever planned from it. */
export type RunbookPage = { url: string; text: string };
