import type { Report } from "../domain/report.ts";
import { hang, type Layout, section, type Style } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { actionWords, type Since, standingOf } from "./since.ts";
import { command, runbookWords } from "./words.ts";

const RISK_COLOUR: Record<Report["actions"][number]["risk"], Style> = { low: "green", medium: "yellow", high: "red" };

/** The runbook that fits, its actions, and for each what to type, or what was decided. `isFull`: the scripts follow, so nothing points at them. */
export function plan(
  report: Report,
  layout: Layout,
  { since, isFull }: { since: Since | undefined; isFull: boolean },
): string[] {
  const { runbook, actions, analysis_id: analysisId } = report;
  const [first] = actions;
  if (runbook === null && first === undefined) return [];
  const name = layout.paint("bold", neutral(runbook?.name ?? first?.runbook ?? "", 80));
  const hasMore = actions.length > 0 || runbook?.drafted === true;
  const show = hasMore && !isFull ? [shell(layout, "  ", "show", analysisId)] : [];
  return section(layout, "Plan", [
    ...hang(layout, "  ", runbookWords(name, neutral(runbook?.why ?? "", 240), runbook?.drafted === true)),
    ...show,
    ...actions.flatMap((action, i) => step(action, i + 1, layout, since)),
  ]);
}

function step(action: Report["actions"][number], place: number, layout: Layout, since: Since | undefined): string[] {
  const { paint } = layout;
  const indent = " ".repeat(`  ${place}. `.length);
  const { title, target } = actionWords(action);
  const standing = standingOf(action, since);
  const undo = action.reversible ? "can be undone" : "CANNOT be undone";
  const terms = [
    paint(RISK_COLOUR[action.risk], `${action.risk} risk`),
    undo,
    `${action.blast_radius.size} blast radius`,
  ];
  return [
    ...hang(
      layout,
      `  ${place}. `,
      `${paint("bold", neutral(title, 160))}${target === null ? "" : ` on ${neutral(target, 120)}`}`,
    ),
    ...hang(layout, indent, terms.join(" · ")),
    ...(standing.isOpen
      ? [
          ...hang(layout, indent, standing.until),
          shell(layout, indent, "approve", action.id),
          shell(layout, indent, "reject", action.id),
        ]
      : hang(layout, indent, paint("bold", standing.what))),
  ];
}

/** Never wrapped: a command that is broken in two is no longer that command. */
const shell = ({ paint }: Layout, indent: string, ...words: readonly string[]): string =>
  `${indent}${paint("dim", "$")} ${paint("cyan", command(...words.map((word) => neutral(word, 200))))}`;
