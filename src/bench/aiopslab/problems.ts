import { z } from "zod";
import { AnalysisLabels } from "../formats.ts";

/** The dates of AIOpsLab's rules. `2025-11` is also what the code of August 2026 does. */
export const RULES = ["2025-09", "2025-11"] as const;
export type Rules = (typeof RULES)[number];

export const TASKS = ["detection", "localization", "analysis", "mitigation"] as const;
export type Task = (typeof TASKS)[number];

const common = { id: z.string().min(1), family: z.string() };
const PosedProblem = z.discriminatedUnion("task", [
  z.object({ ...common, task: z.literal("detection"), expected: z.enum(["Yes", "No"]) }),
  z.object({
    ...common,
    task: z.literal("localization"),
    expected: z.tuple([z.string()]),
    /** Names that rules of 2025-11 accept, too. */
    also_accepted: z.array(z.string()).default([]),
  }),
  z.object({ ...common, task: z.literal("analysis"), expected: AnalysisLabels }),
  /** Scored by the state of the cluster afterwards. */
  z.object({ ...common, task: z.literal("mitigation") }),
]);
export type PosedProblem = z.infer<typeof PosedProblem>;

/** The problems of AIOpsLab with their answers. `source`: the commit that they are from. */
export const ProblemRegistry = z.object({ source: z.string(), problems: z.array(PosedProblem) });
export type ProblemRegistry = z.infer<typeof ProblemRegistry>;

/** What a submission is compared with. Null: the registry does not have the problem. */
export type Truth =
  | { task: "detection"; expected: "Yes" | "No" | null }
  | { task: "localization"; accepted: readonly string[] | null }
  | { task: "analysis"; labels: AnalysisLabels | null }
  | { task: "mitigation" };

/** Labels that were others before the rules of 2025-11: upstream's commit 27f0224 of 2025-11-06. */
const EARLIER_LABELS: Readonly<Record<string, Partial<AnalysisLabels>>> = {
  auth_miss_mongodb: { system_level: "Virtualization" },
};

const TASK_IN_ID = new RegExp(`(?:^|[-_])(${TASKS.join("|")})(?:[-_]|$)`);
/** A problem's id without the number of its variant. */
const withoutNumber = (id: string): string => id.replace(/-\d+$/, "");

/** The problem of this id; failing that, the one whose id differs only in the number of the variant, if it has none. */
function problemOf({ problems }: ProblemRegistry, id: string): PosedProblem | undefined {
  return problems.find((one) => one.id === id) ?? problems.find((one) => one.id === withoutNumber(id));
}

/**
 * The truth of a problem on a date. Rules of 2025-09: one name is right, and labels are as they were. Rules of 2025-11:
 * for faults of a MongoDB behind one service, that service is accepted, too (commit d58da9f).
 *
 * @returns null if neither the registry nor the id tells the task.
 */
export function truthOf(registry: ProblemRegistry, id: string, rules: Rules): Truth | null {
  const problem = problemOf(registry, id);
  if (problem === undefined) return unknownTruth(id);
  switch (problem.task) {
    case "detection":
      return { task: "detection", expected: problem.expected };
    case "localization":
      return {
        task: "localization",
        accepted: rules === "2025-09" ? problem.expected : [...problem.expected, ...problem.also_accepted],
      };
    case "analysis":
      return {
        task: "analysis",
        labels: { ...problem.expected, ...(rules === "2025-09" ? EARLIER_LABELS[problem.family] : {}) },
      };
    case "mitigation":
      return { task: "mitigation" };
  }
}

/** The truth for a problem that is not in the registry: its id names the task. */
function unknownTruth(id: string): Truth | null {
  const task = TASKS.find((one) => one === TASK_IN_ID.exec(id)?.[1]);
  switch (task) {
    case undefined:
      return null;
    case "detection":
      return { task, expected: null };
    case "localization":
      return { task, accepted: null };
    case "analysis":
      return { task, labels: null };
    case "mitigation":
      return { task };
  }
}
