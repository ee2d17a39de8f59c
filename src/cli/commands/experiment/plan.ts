import type { Command } from "commander";
import { planHash, readPlan } from "../../../bench/experiments/plan.ts";
import { printPlan } from "../../../bench/experiments/print-experiment.ts";
import { countCases } from "../../../bench/experiments/run-experiment.ts";
import { sampleSize } from "../../../bench/experiments/sample-size.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print } from "../../io.ts";

export function addPlanCommand(experiment: Command, io: Io, done: Done): void {
  experiment
    .command("plan <file>")
    .description("check a plan, and say how many cases its effect needs; runs nothing, opens no answers")
    .option("--json", "print JSON")
    .option("--exit-code", "exit with 6 if the suites have too few cases")
    .action(async (file: string, { json, exitCode }: { json?: boolean; exitCode?: boolean }) => {
      const plan = await readPlan(file);
      const size = sampleSize(plan, await countCases(plan));
      const sha256 = planHash(plan);
      print(io, json === true ? JSON.stringify({ plan, sha256, ...size }, null, 2) : printPlan(plan, sha256, size));
      const isEnough = size.needed !== null && size.available >= size.needed;
      done(exitCode === true && !isEnough ? EXIT.belowGate : EXIT.ok);
    });
}
