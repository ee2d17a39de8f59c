import type { Decision } from "../domain/action.ts";
import type { Execution } from "../domain/execution.ts";
import type { Report } from "../domain/report.ts";
import { executionLabel } from "./execution.ts";
import { minute, reasonLabel } from "./labels.ts";
import { neutral } from "./neutral.ts";

type Action = Report["actions"][number];

/** The decisions made since the report was written. The report itself cannot hold them. */
export type ReviewState = {
  decisions: readonly Decision[];
  executions?: readonly Execution[] | undefined;
  nowMs: number;
};

/** Either the action still waits for a decision, or `what` says what became of it. */
export type ActionStatus = { isOpen: true; until: string } | { isOpen: false; what: string };

export function actionStatusOf({ id, expires_at: expiry }: Action, review: ReviewState | undefined): ActionStatus {
  const decided = review?.decisions.find(({ actionId }) => actionId === id);
  if (decided !== undefined) {
    const { note, reason } = decided;
    const words = [
      ...(reason === undefined || reason === "replaced" ? [] : [reasonLabel(reason)]),
      ...(note === null || note.trim() === "" ? [] : [neutral(note)]),
    ];
    const executed = review?.executions?.find(({ actionId }) => actionId === id);
    const run = executed === undefined ? "" : `; ${executionLabel(executed)}`;
    const why = words.length === 0 ? "" : `: ${words.join("; ")}`;
    return {
      isOpen: false,
      what: `${decided.decision} by ${neutral(decided.by, 80)} on ${minute(decided.atMs)}${why}${run}`,
    };
  }
  if (review !== undefined && Date.parse(expiry) <= review.nowMs)
    return {
      isOpen: false,
      what: `expired on ${minute(expiry)} without a decision. Analyze the incident again for a new plan.`,
    };
  return { isOpen: true, until: `expires ${minute(expiry)}` };
}

/** The action's title, and its target where the title does not already name it. */
export function actionLabel({ title, target }: Action): { title: string; target: string | null } {
  return { title, target: title.endsWith(`: ${target}`) || title === target ? null : target };
}

/** "medium risk", "can be undone", "small blast radius". */
export const actionTerms = ({ risk, reversible, blast_radius: blast, edited }: Action): [string, ...string[]] => [
  `${risk} risk`,
  reversible ? "can be undone" : "CANNOT be undone",
  `${blast.size} blast radius`,
  ...(edited === undefined ? [] : [`edited by ${neutral(edited.by, 80)}`]),
];

/** What the policy demands beyond one approver, as at most one sentence: "needs two different approvers (rule …)". */
export const requirementOf = ({ requirement }: Action): string[] =>
  requirement === undefined || requirement.mode === "one_approver" ? [] : [neutral(requirement.sentence, 300)];
