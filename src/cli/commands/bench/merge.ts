import type { Command } from "commander";
import { mergeParts } from "../../../bench/runs/merge.ts";
import { type Io, print } from "../../io.ts";

export function addMergeCommand(bench: Command, io: Io): void {
  bench
    .command("merge")
    .description("join the shards of a run to the file that the run would have written alone")
    .argument("<out>", "file for the predictions")
    .argument("<part...>", "files that `bench run --shard` wrote, of all shards")
    .action(async (out: string, parts: string[]) => {
      const cases = await mergeParts(out, parts);
      print(io, `${cases} predictions of ${parts.length} parts in ${out}`);
    });
}
