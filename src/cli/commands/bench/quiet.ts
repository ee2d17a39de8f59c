import type { Command } from "commander";
import { publish } from "../../../bench/publish.ts";
import { printQuiet, runQuiet } from "../../../bench/quiet.ts";
import { sectionsOfQuiet } from "../../../bench/sections.ts";
import { withPredictPool } from "../../../bench/predict/predict-pool.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Io, print } from "../../io.ts";
import { progressLine } from "../../progress.ts";
import { benchConfig, jobs } from "./options.ts";

type Flags = {
  suite: string[];
  healthy: string[];
  jobs: number;
  quiet?: boolean;
  write?: boolean;
  docs: string;
  json?: boolean;
};

export function addQuietCommand(bench: Command, io: Io): void {
  bench
    .command("quiet")
    .description("analyze times without a fault, where every root cause is a false alarm")
    .option(
      "--suite <dir...>",
      "suites whose quiet times to use: before each alarm, and in recordings without a fault",
      [],
    )
    .option("--healthy <dir...>", "suites in which every case is healthy", [])
    .option("--write", "write the table into docs/benchmarks.md and docs/benchmarks.json")
    .option("--docs <dir>", "folder of those two files", "docs")
    .option("--json", "print JSON")
    .option("--jobs <n>", "slices at a time", jobs, 1)
    .option("--quiet", "show no progress")
    .action(async ({ suite, healthy, jobs: count, quiet, write, docs, json }: Flags) => {
      if (suite.length + healthy.length === 0)
        throw new IncidentError("BAD_INPUT", "no suite was given", { hint: "Give --suite or --healthy." });
      const progress = progressLine(io, quiet);
      const onCase = (ready: number, total: number, id: string): void => progress.say(`${ready}/${total} ${id}`);
      const result = await withPredictPool(benchConfig(false, io.env), count, (pool) =>
        runQuiet(suite, healthy, { pool, onCase }),
      ).finally(progress.end);
      print(io, json === true ? JSON.stringify(result, null, 2) : printQuiet(result));
      if (write === true) await publish(docs, sectionsOfQuiet(result));
    });
}
