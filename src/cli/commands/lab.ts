import type { Command } from "commander";
import { IncidentError } from "../../domain/errors.ts";
import { type Io, print, tell } from "../io.ts";
import { wholeNumber } from "../whole-number.ts";
import { addLabScore } from "./lab-score.ts";

type RunFlags = {
  all?: boolean;
  half?: string;
  out: string;
  seed: number;
  baseline?: boolean;
  wrong?: string;
  keep?: boolean;
  record?: boolean;
};

export function defineLab(lab: Command, io: Io): void {
  lab
    .command("list")
    .description("list the faults of the lab")
    .option("--json", "print JSON: the right answer for each, as an oracle of a scenario")
    .action(async ({ json }: { json?: boolean }) => {
      const [{ FAULTS }, { oracleOf }] = await Promise.all([
        import("../../lab/trial/faults.ts"),
        import("../../lab/trial/oracle.ts"),
      ]);
      if (json === true) return print(io, JSON.stringify(FAULTS.map(oracleOf), null, 2));
      const width = Math.max(...FAULTS.map(({ name }) => name.length));
      print(io, FAULTS.map(({ name, half, what }) => `${name.padEnd(width)}  ${half.padEnd(6)}  ${what}`).join("\n"));
    });

  lab
    .command("run")
    .description("start the market in its cluster, break it, and let Causeway find, plan, execute and verify the fix")
    .argument("[faults...]", "names of faults")
    .option("--all", "all faults, one after the other")
    .option("--half <half>", "the faults of one half: tuning or final")
    .option("--baseline", "instead of Causeway: nobody does anything, then the first suspect is restarted")
    .option(
      "--wrong <workload>",
      "the person approves a useless change of this innocent workload, which must be rolled back",
    )
    .option("--out <folder>", "folder for the results", "lab-results")
    .option("--seed <n>", "varies the customers", wholeNumber(0, 1_000_000), 1)
    .option("--record", "also keep what Causeway read of each trial, as a scenario folder for `causeway replay`")
    .option("--keep", "keep each trial's working folder")
    .action(async (names: string[], flags: RunFlags) => {
      const { FAULTS, faultNamed } = await import("../../lab/trial/faults.ts");
      const faults =
        flags.all === true || flags.half !== undefined
          ? FAULTS.filter(({ half }) => flags.half === undefined || half === flags.half)
          : names.map(faultNamed);
      if (faults.length === 0)
        throw new IncidentError("BAD_INPUT", "no fault is named", {
          hint: "`causeway lab list` shows them; or --all.",
        });
      const { runFaults } = await import("../lab-runs.ts");
      await runFaults(faults, flags, io);
      tell(io, `The results are in ${flags.out}; causeway lab score ${flags.out} compares them.`);
    });

  addLabScore(lab, io);
}
