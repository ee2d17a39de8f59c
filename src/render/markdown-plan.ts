import type { Report } from "../domain/report.ts";
import { actionLabel, actionStatusOf, actionTerms, requirementOf, type ReviewState } from "./action-status.ts";
import { faithfulLines } from "./faithful.ts";
import { command, runbookSentence } from "./labels.ts";
import { code, fenced, inert } from "./markdown-escape.ts";
import { cite, section } from "./markdown-parts.ts";

/** The runbook, its actions with their scripts in full, and for each how to approve it or what was decided. */
export function markdownPlan(
  { runbook, actions, analysis_id: analysisId }: Report,
  review: ReviewState | undefined,
): string[] {
  const [first] = actions;
  if (runbook === null && first === undefined) return [];
  const name = code(runbook?.name ?? first?.runbook ?? "", 80);
  const why = runbook === null || runbook.why.trim() === "" ? "" : inert(runbook.why, 240);
  return section("Plan", [
    `${runbookSentence(name, why, runbook?.drafted === true)} ${code(command("show", analysisId))}`,
    ...actions.flatMap((action, i) => step(action, i + 1, review)),
    ...(runbook?.drafted === true && runbook.text !== null
      ? ["", "The drafted runbook:", "", ...fenced("markdown", faithfulLines(runbook.text))]
      : []),
  ]);
}

function step(action: Report["actions"][number], place: number, review: ReviewState | undefined): string[] {
  const { title, target } = actionLabel(action);
  const status = actionStatusOf(action, review);
  const [risk, undo, blast] = actionTerms(action);
  const terms = [
    risk,
    action.reversible ? undo : `**${undo}**`,
    blast,
    ...(status.isOpen ? [inert(status.until)] : []),
  ];
  return [
    "",
    `### ${place}. ${inert(title, 160)}${target === null ? "" : ` on ${code(target, 120)}`}`,
    "",
    `- ${terms.join(", ")}${cite(action.evidence_ids)}`,
    ...requirementOf(action).map((words) => `- **${inert(words, 400)}**`),
    status.isOpen
      ? `- ${code(command("approve", action.id))} or ${code(command("reject", action.id))}`
      : `- ${inert(status.what, 600)}`,
    `- sha256 ${code(action.script_sha256, 64)}`,
    "",
    ...fenced("bash", faithfulLines(action.script)),
    "",
    ...script("Verify", action.verify),
    ...script("Roll back", action.rollback),
  ];
}

const script = (heading: string, text: string): string[] =>
  text.trim() === "" ? [] : [`${heading}:`, "", ...fenced("bash", faithfulLines(text)), ""];
