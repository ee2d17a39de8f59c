import type { Report } from "../domain/report.ts";
import { hang, type Layout, section, type Style } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { clock, command } from "./words.ts";

const RISK_COLOUR: Record<Report["actions"][number]["risk"], Style> = { low: "green", medium: "yellow", high: "red" };

/** The runbook that fits, its actions, and for each what to type. */
export function plan(report: Report, layout: Layout): string[] {
  const { runbook, actions, analysis_id: analysisId } = report;
  const [first] = actions;
  if (runbook === null && first === undefined) return [];
  const name = runbook?.name ?? first?.runbook ?? "";
  const why = runbook === null ? "" : ` ${neutral(runbook.why, 240)}`;
  const drafted = runbook?.drafted === true ? " Drafted by this analysis from its findings: read it as a proposal." : "";
  const show = actions.length > 0 || runbook?.drafted === true ? [shell(layout, "  ", "show", analysisId)] : [];
  const lines = [...hang(layout, "  ", `Runbook ${layout.paint("bold", neutral(name, 80))}.${why}${drafted}`), ...show, ...actions.flatMap((action, i) => step(action, i + 1, layout))];
  return section(layout, "Plan", lines);
}

function step(action: Report["actions"][number], place: number, layout: Layout): string[] {
  const { paint } = layout;
  const indent = " ".repeat(`  ${place}. `.length);
  const undo = action.reversible ? "can be undone" : "CANNOT be undone";
  const terms = [paint(RISK_COLOUR[action.risk], `${action.risk} risk`), undo, `${action.blast_radius.size} blast radius`, `expires ${clock(action.expires_at)} UTC`];
  return [
    ...hang(layout, `  ${place}. `, `${paint("bold", neutral(action.title, 160))} on ${neutral(action.target, 120)}`),
    ...hang(layout, indent, terms.join(" · ")),
    shell(layout, indent, "approve", action.id),
    shell(layout, indent, "reject", action.id),
  ];
}

/** Never wrapped: a command that is broken in two is no longer that command. */
const shell = ({ paint }: Layout, indent: string, ...words: readonly string[]): string =>
  `${indent}${paint("dim", "$")} ${paint("cyan", command(...words.map((word) => neutral(word, 200))))}`;
