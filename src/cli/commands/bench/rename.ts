import type { Command } from "commander";
import { renameSuite } from "../../../bench/rename-suite.ts";
import { type Io, print } from "../../io.ts";
import { wholeNumber } from "../../whole-number.ts";

export function addRenameCommand(bench: Command, io: Io): void {
  bench
    .command("rename")
    .description("copy a suite of cluster snapshots with all names of objects replaced: the results must be the same")
    .requiredOption("--suite <dir>", "folder with cases/<id>/scenario.json and tool_cache.json.gz")
    .requiredOption("--out <dir>", "folder for the copy")
    .option("--seed <n>", "chooses the new names", wholeNumber(1, 1_000_000), 1)
    .action(async ({ suite, out, seed }: { suite: string; out: string; seed: number }) => {
      const { cases, names } = await renameSuite(suite, out, seed);
      print(io, `${cases} cases with ${names} names replaced in ${out}`);
    });
}
