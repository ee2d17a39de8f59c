import type { Command } from "commander";
import { readPlan } from "../../../bench/experiments/plan.ts";
import { printExperiment } from "../../../bench/experiments/print-experiment.ts";
import { reportExperiment } from "../../../bench/experiments/report-experiment.ts";
import { forgetPartials, runExperiment } from "../../../bench/experiments/run-experiment.ts";
import { casesBar, type CasesBar } from "../../cases-bar.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print, tell } from "../../io.ts";
import { jobs } from "../bench/options.ts";

type Flags = { out: string; jobs: number; fresh?: boolean; quiet?: boolean };

export function addRunExperimentCommand(experiment: Command, io: Io, done: Done): void {
  experiment
    .command("run <file>")
    .description("record the plan, analyze its cases in both configurations, and judge; goes on after a crash")
    .requiredOption("--out <dir>", "folder of this experiment")
    .option("--jobs <n>", "cases at a time", jobs, 1)
    .option("--fresh", "start again, even if an unfinished run would go on")
    .option("--quiet", "show no progress")
    .action(async (file: string, flags: Flags) => {
      const plan = await readPlan(file);
      let bar: { suite: string; of: CasesBar } | null = null;
      const { analyses, resumed, failed } = await runExperiment({
        plan,
        dir: flags.out,
        env: io.env,
        jobs: flags.jobs,
        fresh: flags.fresh === true,
        nowMs: io.now(),
        onCase: (suite, finished, total) => {
          if (bar?.suite !== suite) {
            bar?.of.end();
            bar = { suite, of: casesBar(io, suite, flags.quiet) };
          }
          bar.of.at(finished, total);
        },
      }).finally(() => bar?.of.end());
      if (resumed > 0) tell(io, `causeway: ${resumed} of ${analyses} analyses were already made`);
      for (const { id, arm, why } of failed) tell(io, `causeway: ${id} failed with configuration ${arm}: ${why}`);
      print(io, printExperiment(await reportExperiment(flags.out)));
      await forgetPartials(plan, flags.out);
      done(failed.length > 0 ? EXIT.failed : EXIT.ok);
    });
}
