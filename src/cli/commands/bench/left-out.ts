import type { Command } from "commander";
import { printLeftOutCauses, runLeftOutCauses } from "../../../bench/left-out-causes.ts";
import { oraclesBeside } from "../../../bench/measure.ts";
import { withPredictPool } from "../../../bench/predict/predict-pool.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Io, print } from "../../io.ts";
import { progressLine } from "../../progress.ts";
import { benchConfig, jobs } from "./options.ts";

type Flags = { suite: string; oracles?: string; jobs: number; quiet?: boolean; json?: boolean };

export function addLeftOutCommand(bench: Command, io: Io): void {
  bench
    .command("left-out")
    .description("analyze each kind of fault without the rules and causes for it, where a root cause is a false answer")
    .requiredOption("--suite <dir>", "folder with cases/<id>/scenario.json")
    .option("--oracles <dir>", "the answers, which name the cause to leave out (default: oracles beside the cases)")
    .option("--json", "print JSON")
    .option("--jobs <n>", "cases at a time", jobs, 1)
    .option("--quiet", "show no progress")
    .action(async ({ suite, oracles, jobs: count, quiet, json }: Flags) => {
      const dir = oracles ?? oraclesBeside(suite);
      if (dir === null)
        throw new IncidentError("NOT_FOUND", `there is no folder oracles beside the cases of ${suite}`, {
          hint: "Give --oracles DIR.",
        });
      const progress = progressLine(io, quiet);
      const onCase = (ready: number, total: number, id: string): void => progress.say(`${ready}/${total} ${id}`);
      const result = await withPredictPool(benchConfig(false, io.env), count, (pool) =>
        runLeftOutCauses(suite, dir, { pool, onCase }),
      ).finally(progress.end);
      print(io, json === true ? JSON.stringify(result, null, 2) : printLeftOutCauses(result));
    });
}
