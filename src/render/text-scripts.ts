import type { Report } from "../domain/report.ts";
import { actionLabel } from "./action-status.ts";
import { faithfulLines } from "./faithful.ts";
import { hang, type TextLayout, padded, section } from "./layout.ts";
import { neutral } from "./neutral.ts";

const LABEL_COLUMNS = 14;

/** The text that a person approves: each action's script, verification and rollback; then a drafted runbook. */
export const scripts = (report: Report, layout: TextLayout): string[] => [
  ...report.actions.flatMap((action, i) => script(action, i + 1, layout)),
  ...draft(report, layout),
];

function script(action: Report["actions"][number], place: number, layout: TextLayout): string[] {
  const label = (name: string): string => `  ${layout.paint("dim", padded(name, LABEL_COLUMNS))}`;
  const entities =
    action.blast_radius.entities.length === 0
      ? ""
      : `; can affect ${action.blast_radius.entities.map((entity) => neutral(entity, 80)).join(", ")}`;
  return section(layout, `Script of action ${place}: ${neutral(actionLabel(action).title, 160)}`, [
    ...hang(layout, label("Action"), neutral(action.id, 160)),
    ...hang(layout, label("Target"), `${neutral(action.target, 120)} (${neutral(action.target_kind, 40)})`),
    ...hang(layout, label("Risk"), `${action.risk}, ${action.reversible ? "can be undone" : "CANNOT be undone"}`),
    ...hang(
      layout,
      label("Blast radius"),
      `${action.blast_radius.size}, ${neutral(action.blast_radius.why)}${entities}`,
    ),
    ...hang(layout, label("Runbook"), `${neutral(action.runbook, 80)}, step ${neutral(action.step, 80)}`),
    `${label("SHA-256")}${neutral(action.script_sha256, 64)}`, // never wrapped: it is compared and pasted
    ...framed("", action.script, layout),
    ...framed("Verify", action.verify, layout),
    ...framed("Roll back", action.rollback, layout),
  ]);
}

const draft = ({ runbook }: Report, layout: TextLayout): string[] =>
  runbook?.drafted === true && runbook.text !== null
    ? section(layout, `Drafted runbook: ${neutral(runbook.name, 80)}/SKILL.md`, framed("", runbook.text, layout))
    : [];

/**
 * Marks each line with a rule, so that none can pass for a line of the report. Not wrapped: half a command is another
 * command.
 */
const framed = (heading: string, text: string, { paint }: TextLayout): string[] =>
  text.trim() === ""
    ? []
    : [
        ...(heading === "" ? [] : [`  ${paint("bold", heading)}`]),
        ...faithfulLines(text).map((line) => `  ${paint("dim", "│")} ${line}`),
      ];
