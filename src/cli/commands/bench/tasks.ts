import { Option } from "commander";
import { type Task, TASKS } from "../../../bench/aiopslab/problems.ts";
import type { Run } from "../../../bench/measure.ts";
import { isAsRecorded } from "../../../bench/incidents/vary-incidents.ts";
import { readOracles } from "../../../bench/read-files.ts";
import { printTasks, type SuiteTasks } from "../../../bench/print-tasks.ts";
import { scoreTask } from "../../../bench/tasks/score-tasks.ts";
import { openRunbooks } from "../../../compose/runbooks.ts";
import type { Config } from "../../../config.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Io, print, tell } from "../../io.ts";

export const taskOption = (): Option =>
  new Option("--task <task...>", "answer and score these tasks as AIOpsLab does (docs/tasks.md)").choices(TASKS);

/**
 * Scores the tasks over each suite as recorded. The answers of a suite are read here, after the analyses.
 *
 * @param oracles the folder of answers of each suite.
 * @throws {IncidentError} BAD_INPUT when no suite can score any of the tasks, with the reasons.
 */
export async function showTasks(
  io: Io,
  tasks: readonly Task[],
  runs: readonly Run[],
  oracles: ReadonlyMap<string, string>,
  config: Pick<Config, "runbooks">,
): Promise<SuiteTasks[]> {
  const runbooks = await openRunbooks(config).listRunbooks({
    onProblem: ({ source, what }) => tell(io, `causeway: ${source}: ${what}`),
  });
  const scored: SuiteTasks[] = [];
  for (const { dir, suite, variation, predicted } of runs) {
    const answers = oracles.get(dir);
    if (answers === undefined || !isAsRecorded(variation)) continue;
    const known = await readOracles(answers);
    scored.push({
      suite,
      results: tasks.map((task) => scoreTask(task, suite, known, predicted.predictions, runbooks)),
    });
  }
  const refusals = scored.flatMap(({ results }) =>
    results.flatMap((result) => ("refused" in result ? [result.refused] : [])),
  );
  if (refusals.length === scored.length * tasks.length)
    throw new IncidentError("BAD_INPUT", refusals.join("\n"), {
      hint: "Give a suite whose answers tell what is right.",
    });
  for (const one of scored) print(io, `${printTasks(one)}\n`);
  return scored;
}
