import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { printMatchRefit, printMemoryBench } from "../../../bench/memory/print.ts";
import { refitMatches } from "../../../bench/memory/refit.ts";
import { runMemoryBench } from "../../../bench/memory/run.ts";
import { createLog } from "../../../compose/log.ts";
import { FIXTURES_DIR } from "../../../host.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Io, print } from "../../io.ts";
import { progressLine } from "../../progress.ts";
import { benchConfig, seedList } from "./options.ts";

type Flags = {
  suite: string[];
  recallOnly?: boolean;
  poison: number[];
  refit?: string;
  json?: boolean;
  quiet?: boolean;
};

export function addMemoryBenchCommand(bench: Command, io: Io): void {
  bench
    .command("memory")
    .description(
      "measure the memory: recall of each search method, with and without names, and its effect on the analysis",
    )
    .option("--suite <dir...>", "suites with a folder oracles beside their cases; all share one memory", [FIXTURES_DIR])
    .option("--recall-only", "measure recall only, without analyses")
    .option("--poison <seeds>", "seeds for memories with a wrong cause", seedList, [1])
    .option("--refit <file>", "fit the probability again and write it here; Causeway reads src/memory/calibration.json")
    .option("--json", "print JSON")
    .option("--quiet", "show no progress")
    .action(async ({ suite, recallOnly, poison, refit, json, quiet }: Flags) => {
      const config = benchConfig(false, io.env);
      const progress = progressLine(io, quiet);
      const result = await runMemoryBench({
        suites: suite,
        config,
        log: createLog(config, io.stderr),
        lift: recallOnly !== true,
        poisonSeeds: poison,
        onCase: progress.say,
      }).finally(progress.end);
      const { rows, ...figures } = result;
      print(io, json === true ? JSON.stringify(figures, null, 2) : printMemoryBench(result));
      if (refit === undefined) return;
      const fitted = refitMatches(rows);
      print(io, printMatchRefit(fitted));
      await writeFile(refit, `${JSON.stringify(fitted, null, 1)}\n`).catch((cause: unknown) => {
        throw new IncidentError("CONFIG", `${refit} cannot be written`, {
          hint: "Give --refit a file in a folder that exists.",
          cause,
        });
      });
    });
}
