import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { oraclesBeside, type Run, runVariation, scoreRun, type ScoredRun, suiteName } from "../../../bench/measure.ts";
import { checkLeftOut } from "../../../bench/leave-out.ts";
import { printLeftOut } from "../../../bench/left-out-runs.ts";
import { printMeans, printPooled, printRun, printScoredRun } from "../../../bench/print-runs.ts";
import { publish } from "../../../bench/publish.ts";
import { sectionsOfRuns } from "../../../bench/sections.ts";
import { type PredictPool, withPredictPool } from "../../../bench/predict/predict-pool.ts";
import type { Variation } from "../../../bench/incidents/vary-incidents.ts";
import { IncidentError } from "../../../domain/errors.ts";
import type { Task as BenchedTask } from "../../../bench/aiopslab/problems.ts";
import { tasksSection } from "../../../bench/print-tasks.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print, tell } from "../../io.ts";
import { progressLine } from "../../progress.ts";
import {
  benchConfig,
  callLimit,
  jitterRanges,
  jobs,
  MAX_CALLS,
  minuteList,
  seedList,
  type VariationFlags,
  variationSuffix,
  variationsOf,
  withoutList,
} from "./options.ts";
import { showTasks, taskOption } from "./tasks.ts";

type Flags = VariationFlags & {
  suite: string[];
  out?: string;
  llm: boolean;
  jobs: number;
  quiet?: boolean;
  score?: boolean;
  oracles?: string;
  task?: BenchedTask[];
  baselines: boolean;
  leaveOut?: string;
  write?: boolean;
  docs: string;
};
type Task = { dir: string; variation: Variation };

/** One run writes a file. Several write a folder, with a file named by suite and variation for each. */
async function outOf(out: string | undefined, { dir, variation }: Task, tasks: number): Promise<string | null> {
  if (out === undefined || tasks === 1) return out ?? null;
  await mkdir(out, { recursive: true }).catch((cause: unknown) => {
    throw new IncidentError("CONFIG", `${out} cannot be made a folder`, {
      hint: "With several runs, --out names a folder.",
      cause,
    });
  });
  return join(out, `${suiteName(dir)}${variationSuffix(variation)}.jsonl`);
}

function oraclesOf({ score, oracles, task, suite }: Flags): Map<string, string> {
  if (oracles !== undefined && suite.length > 1)
    throw new IncidentError("BAD_INPUT", "--oracles names the answers of one suite, but there are several", {
      hint: "Use --score, which takes those beside the cases of each.",
    });
  const isScored = score === true || oracles !== undefined || task !== undefined;
  return new Map(
    suite.flatMap((dir) => {
      const found = isScored ? (oracles ?? oraclesBeside(dir)) : null;
      if (isScored && found === null)
        throw new IncidentError("NOT_FOUND", `there is no folder oracles beside the cases of ${dir}`, {
          hint: "Give --oracles DIR, or leave out --score and --task.",
        });
      return found === null ? [] : [[dir, found] as const];
    }),
  );
}

/** With tasks alone, the table of the ranking is left out. */
const isTabled = ({ score, oracles, task }: Flags): boolean =>
  task === undefined || score === true || oracles !== undefined;

/** Scores after all predictions: the answers stay closed during the analyses. */
async function show(io: Io, runs: readonly Run[], oracles: ReadonlyMap<string, string>): Promise<ScoredRun[]> {
  const scored: ScoredRun[] = [];
  for (const run of runs) {
    const dir = oracles.get(run.dir);
    if (dir !== undefined) scored.push(await scoreRun(run, dir));
    else print(io, printRun(run));
  }
  for (const run of scored) print(io, `${printScoredRun(run)}\n`);
  for (const part of [printPooled(scored), printMeans(scored), printLeftOut(scored)]) if (part !== "") print(io, part);
  return scored;
}

/** One task after the other, each as many cases at a time as the pool has threads. */
async function runAll(
  io: Io,
  tasks: readonly Task[],
  pool: PredictPool,
  flags: Flags,
  oracles: ReadonlyMap<string, string>,
): Promise<Run[]> {
  const progress = progressLine(io, flags.quiet);
  const runs: Run[] = [];
  for (const { dir, variation } of tasks) {
    const onCase = (ready: number, total: number, id: string): void =>
      progress.say(`${suiteName(dir)} ${ready}/${total} ${id}`);
    const out = await outOf(flags.out, { dir, variation }, tasks.length);
    const run = await runVariation({
      suite: dir,
      variation,
      pool,
      onCase,
      out,
      leaveOut: flags.leaveOut,
      withBaselines: flags.baselines && isTabled(flags) && oracles.has(dir),
    }).finally(progress.end);
    runs.push(run);
    if (out !== null)
      print(io, `${run.predicted.cases} predictions in ${out}; the slowest case took ${run.predicted.slowestMs} ms`);
    for (const { id, why } of run.predicted.failed) tell(io, `causeway: ${id} failed: ${why}`);
  }
  return runs;
}

export function addRunCommand(bench: Command, io: Io, done: Done): void {
  bench
    .command("run")
    .description("analyze every case of a suite; answers are read only afterwards, to score")
    .requiredOption("--suite <dir...>", "folders with cases/<id>/scenario.json")
    .option("--out <path>", "file for the predictions, one JSON object a line; a folder for several runs")
    .option(
      "--without <what>",
      "remove signals, or the hints entry and window, comma-separated; `each` removes each signal in turn",
      withoutList,
    )
    .option(
      "--late <minutes>",
      "raise the alarm this many minutes later; comma-separated values give one run each",
      minuteList,
    )
    .option(
      "--jitter <seconds>",
      "shift times by -S to S, or by a range such as 0..90; comma-separated values give one run each",
      jitterRanges,
    )
    .option("--seed <n>", "seeds of the jitter: 1, or 1,2,3, or 1..5; 1 unless given", seedList)
    .addOption(
      new Option(
        "--act [calls]",
        "ask recorded tools step by step, instead of reading the recording whole: at most so many calls a case, or 20",
      )
        .preset(String(MAX_CALLS))
        .argParser(callLimit),
    )
    .option(
      "--leave-out <system>",
      "use the confidence fitted without this system; `each`: without each case's own system",
    )
    .option("--score", "score against the folder oracles beside the cases, with baselines")
    .option("--oracles <dir>", "score against these answers")
    .addOption(taskOption())
    .option("--no-baselines", "leave out the baselines")
    .option("--write", "write the scores into docs/benchmarks.md and docs/benchmarks.json")
    .option("--docs <dir>", "folder of those two files", "docs")
    .option("--no-llm", "do not use a model, even if one is configured")
    .option("--jobs <n>", "cases at a time", jobs, 1)
    .option("--quiet", "show no progress")
    .action(async (flags: Flags) => {
      if (flags.leaveOut !== undefined) checkLeftOut(flags.leaveOut);
      const oracles = oraclesOf(flags);
      const tasks = flags.suite.flatMap((dir) => variationsOf(flags).map((variation): Task => ({ dir, variation })));
      const config = benchConfig(flags.llm, io.env);
      const runs = await withPredictPool(config, flags.jobs, (pool) => runAll(io, tasks, pool, flags, oracles));
      const scored = isTabled(flags) ? await show(io, runs, oracles) : [];
      const posed = flags.task === undefined ? [] : await showTasks(io, flags.task, runs, oracles, config);
      if (flags.write === true && scored.length + posed.length > 0)
        await publish(flags.docs, {
          ...(scored.length > 0 && sectionsOfRuns(scored)),
          ...(posed.length > 0 && { tasks: tasksSection(posed) }),
        });
      done(runs.some(({ predicted }) => predicted.failed.length > 0) ? EXIT.failed : EXIT.ok);
    });
}
