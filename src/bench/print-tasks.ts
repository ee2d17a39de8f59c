import type { Proportion } from "./figures.ts";
import { columns, fixed } from "./print-runs.ts";
import type { Section } from "./publish.ts";
import type { TaskResult, TaskScores } from "./tasks/score-tasks.ts";

/** The results of a suite, one for each task. */
export type SuiteTasks = { suite: string; results: readonly TaskResult[] };

const MAX_MISSES = 12;

const share = ({ value, n, low, high }: Proportion): string =>
  value === null ? "-" : `${fixed(value)} [${fixed(low, 2)}, ${fixed(high, 2)}], n=${n}`;
const floorsOf = ({ floors }: TaskScores): string =>
  Object.entries(floors)
    .map(([name, value]) => `${name}: ${fixed(value)}`)
    .join("; ");
const secondsOf = ({ time: { key, seconds } }: TaskScores): string =>
  seconds === null ? "-" : `${key} ${seconds.toFixed(1)} s`;
const stepsOf = ({ steps }: TaskScores): string => (steps === null ? "-" : steps.toFixed(1));

function printTask(suite: string, scores: TaskScores): string[] {
  const more = scores.misses.length - MAX_MISSES;
  return [
    `${suite}, ${scores.task}`,
    ...columns([
      ...Object.entries(scores.figures).map(([name, figure]) => [name, share(figure)]),
      ["without a fault, none claimed", share(scores.faultFree)],
      ["without any analysis", floorsOf(scores)],
      ["mean time, mean steps", `${secondsOf(scores)}, ${stepsOf(scores)}`],
    ]),
    `  missed: ${scores.misses.length}`,
    ...scores.misses
      .slice(0, MAX_MISSES)
      .map(({ id, submitted, right }) => `    ${id}: ${submitted}, right is ${right}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

/** The figures of each task with n and Wilson interval, the cases without a fault apart, and the first misses. */
export const printTasks = ({ suite, results }: SuiteTasks): string =>
  results.flatMap((result) => ("refused" in result ? [result.refused] : printTask(suite, result))).join("\n");

const withoutMisses = (result: TaskResult) =>
  "refused" in result ? result : { ...result, misses: result.misses.length };

/** The published table: a row for each figure. */
export function tasksSection(suites: readonly SuiteTasks[]): Section & { data: unknown } {
  const rows = suites.flatMap(({ suite, results }) =>
    results.flatMap((result) =>
      "refused" in result
        ? []
        : Object.entries(result.figures).map(([name, figure], at) =>
            at === 0
              ? [
                  suite,
                  result.task,
                  name,
                  share(figure),
                  share(result.faultFree),
                  floorsOf(result),
                  secondsOf(result),
                  stepsOf(result),
                ]
              : ["", "", name, share(figure), "", "", "", ""],
          ),
    ),
  );
  return {
    title: "Tasks as AIOpsLab poses them",
    note:
      "One submission a case, scored by AIOpsLab's rules (docs/tasks.md). In brackets: the 95 % Wilson interval. Cases without " +
      "a fault stand apart. `plan_match` and `plan_safe` are of the drafted plan: nothing ran, so they are no accuracy of " +
      "mitigation. Time: mean of an analysis; steps: mean number of nodes that ran.",
    head: ["suite", "task", "", "score", "without a fault, none claimed", "without any analysis", "time", "steps"],
    rows,
    data: suites.map(({ suite, results }) => ({ suite, results: results.map(withoutMisses) })),
  };
}
