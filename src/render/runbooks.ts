import type { Runbook } from "../domain/runbook.ts";
import { plural } from "./labels.ts";
import { hang, type TextLayout, textLayout } from "./layout.ts";
import { neutral } from "./neutral.ts";

/** Each runbook with its steps and when to use it. Runbooks of a team are text of others, so they are neutralised. */
export function renderRunbooks(runbooks: readonly Runbook[], options: Parameters<typeof textLayout>[0]): string {
  const layout = textLayout(options);
  return runbooks
    .flatMap((runbook) => [...one(runbook, layout), ""])
    .concat(plural(runbooks.length, "runbook"))
    .join("\n");
}

function one({ slug, description, causes, steps }: Runbook, layout: TextLayout): string[] {
  return [
    layout.paint("bold", neutral(slug, 64)),
    ...hang(layout, "  ", neutral(description, 1024)),
    ...(causes.length === 0 ? [] : hang(layout, "  causes: ", neutral(causes.join(", "), 1000))),
    ...hang(
      layout,
      "  steps: ",
      steps.length === 0
        ? "none; it says who decides"
        : steps
            .map(({ id, risk, reversible }) => `${id} (${risk}${reversible ? "" : ", cannot be undone"})`)
            .join(", "),
    ),
  ];
}

/** What `compose/lint-runbooks.ts` found. */
export type LintFigures = {
  runbooks: number;
  steps: number;
  faults: readonly { where: string; what: string }[];
  shellcheck: string | null;
};

export function renderLint(
  { runbooks, steps, faults, shellcheck }: LintFigures,
  options: Parameters<typeof textLayout>[0],
): string {
  const layout = textLayout(options);
  const by = shellcheck === null ? "bash" : `bash and shellcheck ${neutral(shellcheck, 20)}`;
  return [
    ...faults.flatMap(({ where, what }) => [neutral(where, 400), ...hang(layout, "  ", neutral(what, 2000)), ""]),
    `${plural(runbooks, "runbook")}, ${plural(steps, "script")} checked by ${by}: ${plural(faults.length, "fault")}.`,
    ...(shellcheck === null && steps > 0
      ? [
          "shellcheck is not installed, so the scripts were not checked by it. Install it, or name it: --shellcheck PATH.",
        ]
      : []),
  ].join("\n");
}
