import type { Problem } from "../domain/ports.ts";
import { fileRunbooks } from "../connectors/files/runbooks.ts";
import { CAUSES } from "../rca/catalogue.ts";
import { lintRunbook, type RunbookFault } from "../remediation/lint-runbook.ts";
import { readRunbook } from "../remediation/runbook.ts";
import { sampleScript } from "../remediation/sample-script.ts";
import { checkScripts, type ScriptToCheck } from "./check-scripts.ts";

/** `shellcheck`: its version; null if it is not installed, or no step was there to check. */
export type LintReport = { runbooks: number; steps: number; faults: RunbookFault[]; shellcheck: string | null };

/**
 * Checks all runbooks of the folders: each can be read, its causes are in the catalogue, no two have the same name, and
 * the script of each step is sound bash.
 *
 * @param shellcheck the program, by name or path.
 */
export async function lintRunbooks(
  folders: readonly string[],
  { shellcheck, signal }: { shellcheck: string; signal: AbortSignal },
): Promise<LintReport> {
  const problems: Problem[] = [];
  const onProblem = (problem: Problem): void => void problems.push(problem);
  const runbooks = await fileRunbooks(folders, readRunbook).listRunbooks({ signal, onProblem });
  const faults: RunbookFault[] = [
    ...problems.map(({ source, what }) => ({
      where: source,
      what: what.startsWith(`${source}: `) ? what.slice(source.length + 2) : what,
    })),
    ...runbooks.flatMap((runbook) => lintRunbook(runbook, CAUSES)),
  ];
  const scripts: ScriptToCheck[] = [];
  for (const runbook of runbooks)
    for (const step of runbook.steps) {
      const where = `${runbook.origin}, step ${step.id}`;
      const rendered = sampleScript(step, runbook);
      if (rendered.ok) scripts.push({ where, script: rendered.script });
      else faults.push({ where, what: rendered.why });
    }
  const checked = await checkScripts(scripts, shellcheck, signal);
  return {
    runbooks: runbooks.length,
    steps: scripts.length,
    faults: [...faults, ...checked.faults],
    shellcheck: checked.shellcheck,
  };
}
