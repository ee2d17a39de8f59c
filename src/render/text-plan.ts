import type { Report } from "../domain/report.ts";
import { actionLabel, actionStatusOf, actionTerms, requirementOf, type ReviewState } from "./action-status.ts";
import { command, DRAFT_WARNING, plural, runbookSentence } from "./labels.ts";
import { hang, section, shell, type Style, type TextLayout } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { changeCommands } from "./script-commands.ts";

type Action = Report["actions"][number];

const RISK_COLOUR: Record<Action["risk"], Style> = { low: "green", medium: "yellow", high: "red" };
const MAX_ACTIONS = 3;

/**
 * The runbook, its actions, and for each the commands to read, approve and reject it, or what was decided.
 * `isFull`: the scripts follow, so the plan does not say how to show them.
 */
export function plan(
  report: Report,
  layout: TextLayout,
  { review, isFull }: { review: ReviewState | undefined; isFull: boolean },
): string[] {
  const { runbook, actions, analysis_id: analysisId } = report;
  const [first] = actions;
  if (runbook === null && first === undefined) return [];
  const name = neutral(runbook?.name ?? first?.runbook ?? "", 80);
  const shown = isFull ? actions : actions.slice(0, MAX_ACTIONS);
  const hidden = actions.length - shown.length;
  const isDrafted = runbook?.drafted === true;
  const isOpen = actions.some((action) => actionStatusOf(action, review).isOpen);
  const note = [
    actions.length > 0 ? "the exact scripts" : "the runbook",
    ...(hidden > 0 ? [plural(hidden, "more action")] : []),
    ...(report.next_evidence.length > 0 ? ["next checks"] : []),
  ].join(", ");
  return section(layout, "Plan", [
    ...(isFull || (actions.length === 0 && !isDrafted)
      ? hang(layout, "  ", runbookSentence(layout.paint("bold", name), neutral(runbook?.why ?? "", 480), isDrafted))
      : hang(layout, "  ", introduction(layout.paint("bold", name), isOpen, isDrafted))),
    ...shown.flatMap((action, i) => step(action, i + 1, layout, review)),
    ...((actions.length > 0 || isDrafted) && !isFull
      ? [shell(layout, "  ", command("show", neutral(analysisId, 200)), note)]
      : []),
  ]);
}

const introduction = (name: string, isOpen: boolean, isDrafted: boolean): string =>
  [
    `Runbook ${name}.`,
    ...(isDrafted ? [DRAFT_WARNING] : []),
    ...(isOpen ? ["Nothing runs before you approve."] : []),
  ].join(" ");

function step(action: Action, place: number, layout: TextLayout, review: ReviewState | undefined): string[] {
  const { paint } = layout;
  const indent = " ".repeat(`  ${place}. `.length);
  const { title, target } = actionLabel(action);
  const status = actionStatusOf(action, review);
  const [risk, ...terms] = actionTerms(action);
  return [
    ...hang(
      layout,
      `  ${place}. `,
      `${paint("bold", neutral(title, 160))}${target === null ? "" : ` on ${neutral(target, 120)}`}`,
    ),
    ...changeCommands(action.script).flatMap((one) => hang(layout, `${indent}would run: `, neutral(one))),
    ...hang(layout, indent, [paint(RISK_COLOUR[action.risk], risk), ...terms].join(" · ")),
    ...requirementOf(action).flatMap((words) => hang(layout, indent, paint("bold", words))),
    ...(status.isOpen
      ? [
          shell(layout, indent, command("approve", neutral(action.id, 200)), status.until),
          shell(layout, indent, command("reject", neutral(action.id, 200))),
        ]
      : hang(layout, indent, paint("bold", status.what))),
  ];
}
