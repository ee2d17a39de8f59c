import type { Command } from "commander";
import { printExperiment } from "../../../bench/experiments/print-experiment.ts";
import { namedResult, reportExperiment } from "../../../bench/experiments/report-experiment.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print } from "../../io.ts";

type Flags = { json?: boolean; metric?: string; exitCode?: boolean };

export function addReportCommand(experiment: Command, io: Io, done: Done): void {
  experiment
    .command("report <dir>")
    .description("judge an experiment that has run, by its plan; writes report.json and report.md there")
    .option("--json", "print JSON")
    .option("--metric <name>", "print this metric alone, as JSON; refused unless the plan names it")
    .option("--exit-code", "exit with 6 if b is worse, or a guardrail is broken")
    .action(async (dir: string, { json, metric, exitCode }: Flags) => {
      const record = await reportExperiment(dir);
      if (metric !== undefined) print(io, JSON.stringify(namedResult(record, metric), null, 2));
      else print(io, json === true ? JSON.stringify(record, null, 2) : printExperiment(record));
      const isBad = record.verdict === "worse" || record.verdict === "guardrail broken";
      done(exitCode === true && isBad ? EXIT.belowGate : EXIT.ok);
    });
}
