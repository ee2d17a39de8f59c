import { type Command, Option } from "commander";
import type { Task } from "../../../bench/aiopslab/problems.ts";
import { checkLeftOut } from "../../../bench/leave-out.ts";
import { printLeftOut } from "../../../bench/left-out-runs.ts";
import { oraclesBeside, type Run, scoreRun, type ScoredRun } from "../../../bench/measure.ts";
import { printSeeds, printSignals } from "../../../bench/print-seeds.ts";
import { printPooled, printRun, printScoredRun } from "../../../bench/print-runs.ts";
import { tasksSection } from "../../../bench/print-tasks.ts";
import { publish } from "../../../bench/publish.ts";
import { withPredictPool } from "../../../bench/predict/predict-pool.ts";
import type { SuiteShard } from "../../../bench/runs/shards.ts";
import { readOracles } from "../../../bench/read-files.ts";
import type { Oracle } from "../../../bench/formats.ts";
import { sectionsOfRuns } from "../../../bench/sections.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print, tell } from "../../io.ts";
import {
  benchConfig,
  callLimit,
  hasIdleSeeds,
  jitterRanges,
  jobs,
  MAX_CALLS,
  minuteList,
  seedList,
  shardOf,
  type VariationFlags,
  variationsOf,
  withoutList,
} from "./options.ts";
import { type RunSettings, runSuites, type SuiteTask } from "./run-suites.ts";
import { savePage, saveRecords } from "./save-run.ts";
import { showTasks, taskOption } from "./tasks.ts";

type Flags = VariationFlags & {
  suite: string[];
  out?: string;
  shard?: SuiteShard;
  records?: string;
  fresh?: boolean;
  llm: boolean;
  jobs: number;
  quiet?: boolean;
  score?: boolean;
  oracles?: string;
  task?: Task[];
  html?: string;
  baselines: boolean;
  leaveOut?: string;
  write?: boolean;
  docs: string;
};

function oraclesOf({ score, html, oracles, task, suite }: Flags): Map<string, string> {
  if (oracles !== undefined && suite.length > 1)
    throw new IncidentError("BAD_INPUT", "--oracles names the answers of one suite, but there are several", {
      hint: "Use --score, which takes those beside the cases of each.",
    });
  const isScored = score === true || html !== undefined || oracles !== undefined || task !== undefined;
  return new Map(
    suite.flatMap((dir) => {
      const found = isScored ? (oracles ?? oraclesBeside(dir)) : null;
      if (isScored && found === null)
        throw new IncidentError("NOT_FOUND", `there is no folder oracles beside the cases of ${dir}`, {
          hint: "Give --oracles DIR, or leave out --score, --html and --task.",
        });
      return found === null ? [] : [[dir, found] as const];
    }),
  );
}

/** With tasks alone, the table of the ranking is left out. */
const isTabled = ({ score, html, oracles, task }: Flags): boolean =>
  task === undefined || score === true || html !== undefined || oracles !== undefined;

/** Scores after all predictions: the answers stay closed during the analyses. */
async function show(io: Io, runs: readonly Run[], oracles: ReadonlyMap<string, string>): Promise<ScoredRun[]> {
  const scored: ScoredRun[] = [];
  const answers = new Map<string, readonly Oracle[]>();
  for (const [suite, dir] of oracles) answers.set(suite, await readOracles(dir));
  for (const run of runs) {
    const dir = oracles.get(run.dir);
    const elsewhere = [...answers].flatMap(([suite, of]) => (suite === run.dir ? [] : of));
    if (dir !== undefined) scored.push(await scoreRun(run, dir, elsewhere));
    else print(io, printRun(run));
  }
  for (const run of scored) print(io, `${printScoredRun(run)}\n`);
  for (const part of [printPooled(scored), printSignals(scored), printSeeds(scored), printLeftOut(scored)])
    if (part !== "") print(io, part);
  return scored;
}

const SCORING = ["score", "oracles", "task", "write", "records", "html"] as const satisfies (keyof Flags)[];

/** A shard has only some cases: its file is scored when all are joined. */
function checkShard(flags: Flags): void {
  if (flags.shard === undefined) return;
  const scoring = SCORING.filter((name) => flags[name] !== undefined);
  if (scoring.length > 0)
    throw new IncidentError(
      "BAD_INPUT",
      `a shard cannot be scored (${scoring.map((name) => `--${name}`).join(", ")})`,
      {
        hint: "Join all shards with `causeway bench merge`, then use `causeway bench score`.",
      },
    );
  if (flags.out === undefined)
    throw new IncidentError("BAD_INPUT", "--shard needs --out, the file of this part", { hint: "Give --out FILE." });
}

export function addRunCommand(bench: Command, io: Io, done: Done): void {
  bench
    .command("run")
    .description("analyze every case of a suite; answers are read only afterwards, to score")
    .requiredOption("--suite <dir...>", "folders with cases/<id>/scenario.json")
    .option("--out <path>", "file for the predictions, one JSON object a line; a folder for several runs")
    .option(
      "--shard <part/parts>",
      "analyze only this part of the cases, such as 1/2; join them with `bench merge`",
      shardOf,
    )
    .option("--fresh", "start again, even if --out has an unfinished run that would go on")
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
    .option(
      "--seeds, --seed <n>",
      "seeds of what is random, the jitter and a configured model: 1, or 1,2,3, or 1..5",
      seedList,
    )
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
    .option("--records <dir>", "write each case as a session of AIOpsLab, one JSON file each")
    .option("--html <file>", "write a page of all cases, misses first, with the evidence; scores as --score does")
    .option("--no-baselines", "leave out the baselines")
    .option("--write", "write the scores into docs/benchmarks.md and docs/benchmarks.json")
    .option("--docs <dir>", "folder of those two files", "docs")
    .option("--no-llm", "do not use a model, even if one is configured")
    .option("--jobs <n>", "cases at a time", jobs, 1)
    .option("--quiet", "show no progress")
    .action(async (flags: Flags) => {
      if (flags.leaveOut !== undefined) checkLeftOut(flags.leaveOut);
      checkShard(flags);
      const oracles = oraclesOf(flags);
      const config = benchConfig(flags.llm, io.env);
      const hasModel = config.model !== null;
      if (hasIdleSeeds(flags, hasModel))
        tell(io, "causeway: nothing here is random, so one run is enough for all seeds");
      const variations = variationsOf(flags, hasModel);
      const tasks = flags.suite.flatMap((dir) => variations.map((variation): SuiteTask => ({ dir, variation })));
      const settings: RunSettings = {
        out: flags.out ?? null,
        shard: flags.shard ?? null,
        fresh: flags.fresh === true,
        leaveOut: flags.leaveOut,
        detail: flags.records !== undefined || flags.html !== undefined,
        quiet: flags.quiet === true,
        hasBaselines: (dir) => flags.baselines && isTabled(flags) && oracles.has(dir),
      };
      const { runs, forget } = await withPredictPool(config, flags.jobs, (pool) =>
        runSuites(io, tasks, pool, settings),
      );
      const scored = isTabled(flags) ? await show(io, runs, oracles) : [];
      const posed = flags.task === undefined ? [] : await showTasks(io, flags.task, runs, oracles, config);
      if (flags.write === true && scored.length + posed.length > 0)
        await publish(flags.docs, {
          ...(scored.length > 0 && sectionsOfRuns(scored)),
          ...(posed.length > 0 && { tasks: tasksSection(posed) }),
        });
      if (flags.records !== undefined)
        await saveRecords(io, flags.records, flags.task ?? ["localization"], runs, oracles);
      if (flags.html !== undefined) await savePage(io, flags.html, scored);
      await forget();
      done(runs.some(({ predicted }) => predicted.failed.length > 0) ? EXIT.failed : EXIT.ok);
    });
}
