import type { Report } from "../domain/report.ts";
import { faithfulLines } from "./faithful.ts";
import { code, fenced, inert } from "./markdown-escape.ts";
import { neutral } from "./neutral.ts";
import { changeCommands } from "./script-commands.ts";

/** Other forms of a plan, for people and other tools. What is approved is always the script. */
export const PLAN_FORMS = ["shell", "patch", "skill", "checklist"] as const;
export type PlanForm = (typeof PLAN_FORMS)[number];

type Action = Report["actions"][number];

/**
 * The plan of a report in one form.
 *
 * - `shell`: the scripts, byte for byte if there is one action.
 * - `patch`: the commands that patch an object.
 * - `skill`: a SKILL.md of this plan, or the drafted one.
 * - `checklist`: Markdown with boxes to tick: check, change, verify, roll back.
 *
 * @returns null if the plan has nothing of that form.
 */
export function renderPlan(report: Report, form: PlanForm): string | null {
  const { actions, runbook } = report;
  switch (form) {
    case "shell":
      return actions.length === 0 ? null : shell(actions);
    case "patch": {
      const patches = actions
        .flatMap(({ script }) => changeCommands(script))
        .filter((one) => one.startsWith("kubectl patch "));
      return patches.length === 0 ? null : patches.map((one) => neutral(one, 4000)).join("\n");
    }
    case "skill":
      if (runbook?.drafted === true && runbook.text !== null) return faithfulLines(runbook.text).join("\n").trimEnd();
      return actions.length === 0 ? null : skill(report);
    case "checklist":
      return actions.length === 0 ? null : checklist(report);
  }
}

function shell(actions: readonly Action[]): string {
  const [first, ...more] = actions;
  if (first !== undefined && more.length === 0) return first.script.trimEnd();
  return actions
    .flatMap(({ id, script, script_sha256: hash }) => [
      `# ===== ${neutral(id, 200)}, sha256 ${neutral(hash, 64)} =====`,
      script,
    ])
    .join("\n")
    .trimEnd();
}

const block = (heading: string, text: string): string[] =>
  text.trim() === "" ? [] : [heading, "", ...fenced("bash", faithfulLines(text)), ""];

function skill({ runbook, actions, hypotheses: [first], incident_id: incident }: Report): string {
  const slug = `plan-${(runbook?.name ?? "steps").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`
    .slice(0, 64)
    .replace(/-+$/, "");
  const cause = first === undefined ? "" : ` for ${first.entity} (${first.category})`;
  return [
    "---",
    `name: ${slug}`,
    `description: ${JSON.stringify(neutral(`The plan of incident ${incident}${cause}. For this incident only.`, 1000))}`,
    "---",
    `# Plan of incident ${code(incident)}`,
    "",
    "## Goal",
    "",
    first === undefined ? "Carry out the plan." : `Treat ${code(first.category)} of ${code(first.entity)}.`,
    "",
    "## Workflow",
    "",
    "Read only, before any change:",
    "",
    ...actions.flatMap((action) => block(`${inert(action.title, 160)}:`, preconditionsOf(action))),
    "## Synthesize Findings",
    "",
    `- Evidence: ${[...new Set(actions.flatMap(({ evidence_ids: ids }) => ids))].map((id) => code(id, 40)).join(", ")}`,
    ...(runbook === null ? [] : [`- Runbook ${code(runbook.name, 80)}: ${inert(runbook.why, 400)}`]),
    "",
    "## Remediation",
    "",
    ...actions.flatMap((action, at) => [
      `### ${at + 1}. ${inert(action.title, 160)}`,
      "",
      ...block("Change, after approval:", changeCommands(action.script).join("\n")),
      ...block("Verify:", action.verify),
      ...block("Roll back:", action.rollback),
    ]),
  ]
    .join("\n")
    .trimEnd();
}

const preconditionsOf = ({ preconditions = [] }: Action): string =>
  preconditions
    .map(({ name, command, expected }) => `${command}  # ${name}: ${expected ?? "note it for --expect"}`)
    .join("\n");

function checklist({ actions, incident_id: incident, runbook }: Report): string {
  return [
    `# Checklist of incident ${code(incident)}`,
    "",
    ...(runbook === null ? [] : [`Runbook ${code(runbook.name, 80)}: ${inert(runbook.why, 400)}`, ""]),
    ...actions.flatMap((action, at) => [
      `## ${at + 1}. ${inert(action.title, 160)}`,
      "",
      `Target ${code(action.target, 120)}, ${action.risk} risk, ` +
        `${action.reversible ? "can be undone" : "**cannot be undone**"}, approve before ${inert(action.expires_at, 40)}.`,
      "",
      ...(action.parameters ?? []).map(
        ({ name, value, source, evidence_ids: ids }) =>
          `- [ ] ${code(name, 60)} is right: ${code(value, 300)}, from ${code(source, 80)}${ids.length === 0 ? "" : ` (${ids.join(", ")})`}`,
      ),
      ...boxes("Check", preconditionsOf(action)),
      `- [ ] Approve: ${code(`causeway approve ${action.id}`, 300)}, sha256 ${code(action.script_sha256, 64)}`,
      ...boxes("Change", changeCommands(action.script).join("\n")),
      ...boxes("Verify", action.verify),
      ...boxes(action.reversible ? "If it did not help, roll back" : "If it did not help", action.rollback),
      "",
    ]),
  ]
    .join("\n")
    .trimEnd();
}

const boxes = (what: string, text: string): string[] =>
  text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [`- [ ] ${what}: ${code(line, 2000)}`]));
