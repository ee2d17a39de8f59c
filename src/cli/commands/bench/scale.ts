import type { Command } from "commander";
import { printScaleRow, runScale, SCALE_HEAD } from "../../../bench/scale.ts";
import { type Io, print } from "../../io.ts";
import { benchConfig } from "./options.ts";

export function addScaleCommand(bench: Command, io: Io): void {
  bench
    .command("scale")
    .description("analyze generated systems of growing size, up to 1,000 services and 1,000,000 spans")
    .option("--seed <n>", "seed of the generated systems", Number, 1)
    .action(async ({ seed }: { seed: number }) => {
      print(io, SCALE_HEAD);
      await runScale(benchConfig(false, io.env), seed, (row) => print(io, printScaleRow(row)));
    });
}
