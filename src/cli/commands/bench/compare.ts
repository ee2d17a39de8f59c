import type { Command } from "commander";
import { compare, printComparison } from "../../../bench/compare.ts";
import { readOracles, readPredictions } from "../../../bench/read-files.ts";
import { type Io, print } from "../../io.ts";
import { wholeNumber } from "./options.ts";

type Flags = { oracles: string; seed: number; json?: boolean };

export function addCompareCommand(bench: Command, io: Io): void {
  bench
    .command("compare <a> <b>")
    .description("compare two files of predictions: paired bootstrap intervals, McNemar's test, Holm's correction")
    .requiredOption("--oracles <dir>", "folder with the answers of the suite")
    .option("--seed <n>", "seed of the resampling", wholeNumber, 1)
    .option("--json", "print JSON")
    .action(async (a: string, b: string, { oracles: dir, seed, json }: Flags) => {
      const oracles = await readOracles(dir);
      const ids = new Set(oracles.map(({ id }) => id));
      const comparison = compare(oracles, await readPredictions(a, ids), await readPredictions(b, ids), seed);
      print(io, json === true ? JSON.stringify(comparison, null, 2) : printComparison(comparison));
    });
}
